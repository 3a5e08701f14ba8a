using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using RagPy.Gateway.Forwarding;
using RagPy.Tests.Pipeline;
using Xunit;

namespace RagPy.Tests.Gateway;

public sealed class FailoverTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_safe_request_fails_when_one_of_three_replicas_is_killed_under_load()
    {
        await using var a = await Replica.StartAsync("a", MapSlow);
        await using var b = await Replica.StartAsync("b", MapSlow);
        await using var c = await Replica.StartAsync("c", MapSlow);
        await using var gateway = await GatewayHost.StartAsync([a, b, c], [("RAGPY_GATEWAY_RATE_LIMIT", "0")]);
        var (sent, failed) = (0, 0);
        using var load = new CancellationTokenSource(TimeSpan.FromSeconds(2.5));
        var clients = Enumerable.Range(0, 24).Select(_ => Task.Run(LoadAsync)).ToList();

        await gateway.UntilAsync(() => a.Count("/slow") > 50);
        await a.KillAsync();
        await Task.WhenAll(clients);

        Assert.Equal(0, failed);
        Assert.InRange(sent, 200, int.MaxValue);
        Assert.False(gateway.IsReady(a));

        async Task LoadAsync()
        {
            while (!load.IsCancellationRequested)
            {
                using var response = await gateway.GetAsync("/slow");
                Interlocked.Increment(ref sent);
                if (response.StatusCode != HttpStatusCode.OK || (await response.Content.ReadAsStringAsync()).Length != 10_001)
                    Interlocked.Increment(ref failed);
            }
        }
    }

    [Theory]
    [InlineData("GET", "/cut-before-headers")]
    [InlineData("HEAD", "/cut-before-headers")]
    [InlineData("OPTIONS", "/cut-before-headers")]
    [InlineData("GET", "/cut-after-headers")]
    [InlineData("GET", "/unavailable")]
    public async Task A_safe_request_that_one_replica_fails_is_answered_by_another(string method, string path)
    {
        await using var bad = await Replica.StartAsync("bad", MapFailures);
        await using var good = await Replica.StartAsync("good", MapAnswers);
        await using var gateway = await GatewayHost.StartAsync(bad, good);

        for (var i = 0; i < 2; i++)
        {
            using var response = await gateway.SendAsync(new HttpMethod(method), path);

            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal(method == "HEAD" ? "" : "good", await response.Content.ReadAsStringAsync(Token));
            Assert.False(response.Headers.Contains("X-Of-The-First"));
        }

        Assert.Equal((1, 2), (bad.Requests.Count, good.Requests.Count));
    }

    [Theory]
    [InlineData("POST", null)]
    [InlineData("POST", "")]
    [InlineData("POST", "x")]
    [InlineData("DELETE", null)]
    [InlineData("PUT", "x")]
    public async Task An_unsafe_request_is_never_sent_twice(string method, string? body)
    {
        await using var a = new HangingUpReplica();
        await using var b = new HangingUpReplica();
        await using var gateway = await GatewayHost.StartAsync(
            [],
            [("services:api:http:0", a.Address), ("services:api:http:1", b.Address)]
        );
        // On connections kept alive the HTTP client would be willing to send again by itself.
        for (var i = 0; i < 4; i++)
            await gateway.Client.GetStringAsync("/", Token);

        using var response = await gateway.SendAsync(new(method), "/hang-up", body is null ? null : new StringContent(body));

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Contains("replica_failed", await response.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        Assert.Equal(1, a.HangUps + b.HangUps);
    }

    [Fact]
    public async Task An_unsafe_request_that_reached_nobody_goes_to_another_replica_with_its_body()
    {
        var dead = await Replica.StartAsync("dead");
        await using var alive = await Replica.StartAsync("alive", MapEcho);
        await using var gateway = await GatewayHost.StartAsync(
            [dead, alive],
            [],
            options => options with { ProbeInterval = TimeSpan.FromHours(1) }
        );
        await dead.DisposeAsync();

        for (var i = 0; i < 2; i++)
        {
            using var response = await gateway.SendAsync(HttpMethod.Post, "/echo", new StringContent("the body"));
            Assert.Equal("the body", await response.Content.ReadAsStringAsync(Token));
        }
    }

    [Fact]
    public async Task A_request_is_tried_three_times_at_most()
    {
        var replicas = new List<Replica>();
        for (var i = 0; i < 5; i++)
            replicas.Add(await Replica.StartAsync($"{i}", MapFailures));
        await using var gateway = await GatewayHost.StartAsync([.. replicas]);

        using var response = await gateway.GetAsync("/cut-before-headers");

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Equal(3, replicas.Sum(replica => replica.Requests.Count));
        Assert.All(replicas, replica => Assert.InRange(replica.Requests.Count, 0, 1));
        foreach (var replica in replicas)
            await replica.DisposeAsync();
    }

    [Fact]
    public async Task The_answer_of_the_last_replica_that_cannot_now_is_passed_on()
    {
        await using var a = await Replica.StartAsync("a", MapFailures);
        await using var b = await Replica.StartAsync("b", MapFailures);
        await using var gateway = await GatewayHost.StartAsync(a, b);

        using var response = await gateway.GetAsync("/unavailable");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal("busy", await response.Content.ReadAsStringAsync(Token));
        Assert.Equal(TimeSpan.FromSeconds(7), response.Headers.RetryAfter?.Delta);
        Assert.Equal((1, 1), (a.Requests.Count, b.Requests.Count));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_answer_cut_in_the_middle_is_cut_for_the_client_and_never_patched_together(bool compressed)
    {
        await using var a = await Replica.StartAsync("a", MapFailures);
        await using var b = await Replica.StartAsync("b", MapFailures);
        await using var gateway = await GatewayHost.StartAsync(a, b);

        await Assert.ThrowsAnyAsync<HttpRequestException>(async () =>
        {
            using var response = await gateway.GetAsync("/cut-in-the-middle", compressed ? [("Accept-Encoding", "br")] : []);
            await response.Content.ReadAsByteArrayAsync();
        });
        Assert.Equal(1, a.Requests.Count + b.Requests.Count);
    }

    [Fact]
    public void Retries_are_a_fifth_of_the_requests_of_ten_seconds_and_ten_at_least()
    {
        var clock = new ManualClock(DateTimeOffset.UnixEpoch);
        var budget = new RetryBudget(clock);
        Assert.Equal(10, Take(budget));

        for (var i = 0; i < 500; i++)
            budget.CountRequest();
        Assert.Equal(90, Take(budget));

        clock.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal(10, Take(budget));

        static int Take(RetryBudget budget)
        {
            var taken = 0;
            while (budget.TryTake())
                taken++;

            return taken;
        }
    }

    [Fact]
    public async Task An_event_stream_goes_on_at_another_replica_from_the_last_event_id()
    {
        await using var a = await Replica.StartAsync("a", MapEvents);
        await using var b = await Replica.StartAsync("b", MapEvents);
        await using var gateway = await GatewayHost.StartAsync(a, b);

        var first = await ReadEventsAsync(gateway, null, 3);
        var served = a.Requests.Count == 1 ? a : b;
        var other = served == a ? b : a;
        await served.KillAsync();
        var second = await ReadEventsAsync(gateway, first[^1], 3);

        Assert.Equal(["1", "2", "3", "4", "5", "6"], [.. first, .. second]);
        Assert.Equal("3", other.Requests.Single().Header("Last-Event-ID"));
    }

    private static async Task<List<string>> ReadEventsAsync(GatewayHost gateway, string? lastId, int count)
    {
        using var response = await gateway.GetAsync(
            "/events",
            lastId is null ? [("Accept", "text/event-stream")] : [("Accept", "text/event-stream"), ("Last-Event-ID", lastId)]
        );
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Token));
        var ids = new List<string>();
        while (ids.Count < count && await reader.ReadLineAsync(Token) is { } line)
        {
            if (line.StartsWith("id: ", StringComparison.Ordinal))
                ids.Add(line["id: ".Length..]);
        }

        return ids;
    }

    private static void MapSlow(IEndpointRouteBuilder routes, Replica replica) =>
        routes.MapGet(
            "/slow",
            async (CancellationToken cancellationToken) =>
            {
                await Task.Delay(20, cancellationToken);

                return new string('x', 10_000) + replica.Name;
            }
        );

    private static void MapAnswers(IEndpointRouteBuilder routes, Replica replica) => routes.Map("/{**path}", () => replica.Name);

    private static void MapEcho(IEndpointRouteBuilder routes, Replica replica) =>
        routes.MapPost("/echo", async (HttpRequest request) => await new StreamReader(request.Body).ReadToEndAsync());

    private static void MapFailures(IEndpointRouteBuilder routes, Replica replica)
    {
        routes.Map("/cut-before-headers", (HttpContext context) => context.Abort());
        routes.Map(
            "/cut-after-headers",
            async (HttpContext context) =>
            {
                context.Response.Headers["X-Of-The-First"] = "1";
                context.Response.ContentLength = 100;
                await context.Response.StartAsync();
                await context.Response.Body.FlushAsync();
                context.Abort();
            }
        );
        routes.Map(
            "/cut-in-the-middle",
            async (HttpContext context) =>
            {
                context.Response.ContentType = "application/json";
                await context.Response.WriteAsync("[1,2,3,");
                await context.Response.Body.FlushAsync();
                // The gateway has to have seen the bytes: it asks for more as soon as it has.
                await Task.Delay(100);
                context.Abort();
            }
        );
        routes.Map(
            "/unavailable",
            (HttpContext context) =>
            {
                context.Response.Headers["X-Of-The-First"] = "1";
                context.Response.Headers.RetryAfter = "7";

                return Results.Text("busy", statusCode: 503);
            }
        );
    }

    private static void MapEvents(IEndpointRouteBuilder routes, Replica replica) =>
        routes.MapGet(
            "/events",
            async (HttpContext context) =>
            {
                var id = int.TryParse(context.Request.Headers["Last-Event-ID"], out var last) ? last : 0;
                for (var i = 0; i < 3; i++)
                    await Replica.WriteEventAsync(context.Response, ++id);

                await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            }
        );
}
