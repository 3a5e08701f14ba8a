using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Xunit;

namespace RagPy.Tests.Gateway;

public sealed class BalancingTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Requests_go_to_the_replica_with_the_fewest_under_way()
    {
        var gate = new TaskCompletionSource();
        await using var a = await Replica.StartAsync("a", MapWaiting);
        await using var b = await Replica.StartAsync("b", MapWaiting);
        await using var c = await Replica.StartAsync("c", MapWaiting);
        await using var gateway = await GatewayHost.StartAsync(a, b, c);
        var replicas = new[] { a, b, c };

        var waiting = new List<Task<string>>();
        for (var i = 0; i < 8; i++)
        {
            waiting.Add(gateway.Client.GetStringAsync("/wait", Token));
            await gateway.UntilAsync(() => replicas.Sum(replica => replica.Requests.Count) == waiting.Count);
        }

        Assert.Equal([2, 3, 3], replicas.Select(replica => replica.Requests.Count).Order());
        var leastBusy = replicas.Single(replica => replica.Requests.Count == 2);
        for (var i = 0; i < 5; i++)
            Assert.Equal(leastBusy.Name, await gateway.Client.GetStringAsync("/", Token));

        gate.SetResult();
        await Task.WhenAll(waiting);

        void MapWaiting(IEndpointRouteBuilder routes, Replica replica) =>
            routes.MapGet("/wait", async () => await gate.Task.WaitAsync(Token));
    }

    [Fact]
    public async Task A_quiet_system_uses_every_replica_in_turn()
    {
        await using var a = await Replica.StartAsync("a");
        await using var b = await Replica.StartAsync("b");
        await using var c = await Replica.StartAsync("c");
        await using var gateway = await GatewayHost.StartAsync(a, b, c);

        for (var i = 0; i < 9; i++)
            await gateway.Client.GetStringAsync("/", Token);

        Assert.Equal((3, 3, 3), (a.Requests.Count, b.Requests.Count, c.Requests.Count));
    }

    [Fact]
    public async Task A_replica_that_says_it_is_not_ready_gets_nothing_until_it_is_again()
    {
        await using var a = await Replica.StartAsync("a");
        await using var b = await Replica.StartAsync("b");
        await using var gateway = await GatewayHost.StartAsync(a, b);
        a.Health = HttpStatusCode.ServiceUnavailable;
        await gateway.UntilAsync(() => !gateway.IsReady(a));

        for (var i = 0; i < 6; i++)
            Assert.Equal("b", await gateway.Client.GetStringAsync("/", Token));

        a.Health = HttpStatusCode.OK;
        await gateway.UntilAsync(() => gateway.IsReady(a));
        await gateway.Client.GetStringAsync("/", Token);
        await gateway.Client.GetStringAsync("/", Token);
        Assert.Single(a.Requests);
    }

    [Fact]
    public async Task Three_failed_requests_take_a_replica_out_without_any_probe_and_its_time_brings_it_back()
    {
        await using var a = await Replica.StartAsync("a", (routes, _) => routes.MapGet("/cut", (HttpContext context) => context.Abort()));
        await using var b = await Replica.StartAsync("b", (routes, _) => routes.MapGet("/cut", () => "b"));
        await using var gateway = await GatewayHost.StartAsync(
            [a, b],
            [],
            options => options with { ProbeInterval = TimeSpan.FromHours(1), FailureWindow = TimeSpan.FromSeconds(1) }
        );

        for (var i = 0; i < 20 && gateway.IsReady(a); i++)
            Assert.Equal("b", await gateway.Client.GetStringAsync("/cut", Token));

        Assert.Equal(3, a.Requests.Count);
        Assert.False(gateway.IsReady(a));
        await gateway.UntilAsync(() => gateway.IsReady(a));
    }

    [Fact]
    public async Task A_replica_restarted_at_its_address_is_used_again_at_once()
    {
        var a = await Replica.StartAsync("a");
        await using var b = await Replica.StartAsync("b");
        await using var gateway = await GatewayHost.StartAsync(a, b);
        var port = a.Port;
        await a.DisposeAsync();
        for (var i = 0; i < 20; i++)
            Assert.Equal("b", await gateway.Client.GetStringAsync("/", Token));
        await gateway.UntilAsync(() => gateway.Logs.Any(line => line.Contains("is not ready", StringComparison.Ordinal)));

        await using var again = await Replica.StartAsync("again", port: port);
        await gateway.UntilAsync(() => gateway.IsReady(again));
        Assert.Contains(
            "again",
            new[] { await gateway.Client.GetStringAsync("/", Token), await gateway.Client.GetStringAsync("/", Token) }
        );
    }

    [Fact]
    public async Task The_gateways_health_tells_how_many_replicas_are_ready()
    {
        await using var a = await Replica.StartAsync("a");
        await using var b = await Replica.StartAsync("b");
        await using var gateway = await GatewayHost.StartAsync(a, b);
        Assert.Equal((200, """{"status":"healthy"}"""), await HealthAsync(gateway));

        a.Health = HttpStatusCode.ServiceUnavailable;
        await gateway.UntilAsync(() => !gateway.IsReady(a));
        await gateway.UntilAsync(async () => (await HealthAsync(gateway)).Body.Contains("1 of 2 replicas", StringComparison.Ordinal));
        Assert.Equal(200, (await HealthAsync(gateway)).Status);

        b.Health = HttpStatusCode.ServiceUnavailable;
        await gateway.UntilAsync(async () =>
            (await HealthAsync(gateway)).Body.Contains("No replica of the API is ready", StringComparison.Ordinal)
        );
        Assert.Equal(503, (await HealthAsync(gateway)).Status);
        // A replica's own word is worth more than none.
        Assert.NotEmpty(await gateway.Client.GetStringAsync("/", Token));
        Assert.Equal(HttpStatusCode.OK, (await gateway.GetAsync("/alive")).StatusCode);
    }

    [Fact]
    public async Task A_gateway_that_knows_no_replica_says_so_everywhere()
    {
        await using var gateway = await GatewayHost.StartAsync();

        using var response = await gateway.GetAsync("/api/v1/projects");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Contains("\"code\":\"no_replica\"", await response.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        Assert.NotNull(response.Headers.RetryAfter);
        Assert.Contains(gateway.Logs, line => line.Contains("set RAGPY_GATEWAY_DESTINATIONS", StringComparison.Ordinal));
        Assert.Contains("knows no replica", (await HealthAsync(gateway)).Body, StringComparison.Ordinal);
        using var page = await gateway.GetAsync("/", ("Accept", "text/html"));
        Assert.Equal("text/html", page.Content.Headers.ContentType?.MediaType);
    }

    private static async Task<(int Status, string Body)> HealthAsync(GatewayHost gateway)
    {
        using var response = await gateway.GetAsync("/health");

        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }
}
