using Grpc.Core;
using RagPy.Hosting.ResourceService;
using RagPy.Hosting.ResourceService.Protocol;
using Xunit;

namespace RagPy.Tests.Hosting.Dashboard;

/// <summary>What the dashboard is told, over its own protocol.</summary>
public sealed class ResourceServiceTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null)]
    [InlineData("another")]
    public async Task Who_does_not_know_the_key_is_told_nothing(string? key)
    {
        await using var host = await ResourceServiceHost.StartAsync();
        var headers = key is null ? new Metadata() : new Metadata { { ResourceServer.KeyHeader, key } };

        var refusal = await Assert.ThrowsAsync<RpcException>(async () =>
            await host.Client.GetApplicationInformationAsync(new ApplicationInformationRequest(), headers, cancellationToken: Token)
        );

        Assert.Equal(StatusCode.Unauthenticated, refusal.StatusCode);
    }

    [Fact]
    public async Task A_watcher_first_gets_every_resource_with_where_it_is_and_what_it_belongs_to()
    {
        await using var host = await ResourceServiceHost.StartAsync();

        var rows = await FirstAsync(host);
        var worker = rows.Single(row => row.DisplayName == "worker");

        Assert.Equal(["library", "postgres", "secret", "worker"], rows.Select(row => row.DisplayName).Order(StringComparer.Ordinal));
        Assert.All(rows.SelectMany(row => row.Urls), url => Assert.NotNull(url.DisplayProperties));
        Assert.All(rows, row => Assert.NotNull(row.CreatedAt));
        Assert.Equal(host.Replica.Name, worker.Name);
        Assert.Equal("Waiting", worker.State);
        Assert.Equal("http://localhost:5001", Assert.Single(worker.Urls).FullUrl);
        Assert.Contains(worker.Relationships, one => one is { Type: "WaitFor", ResourceName: "library" });
        Assert.Contains(
            rows.Single(row => row.Name == "library").Relationships,
            one => one is { Type: "Parent", ResourceName: "postgres" }
        );
    }

    [Fact]
    public async Task Values_that_are_secret_are_marked_so()
    {
        await using var host = await ResourceServiceHost.StartAsync();

        var rows = await FirstAsync(host);

        var value = rows.Single(row => row.Name == "secret").Properties.Single(property => property.Name == "Value");
        Assert.Equal(ResourceServiceHost.Secret, value.Value.StringValue);
        Assert.True(value.IsSensitive);
        var connection = rows.Single(row => row.Name == "library").Properties.Single(one => one.Name == "resource.connectionString");
        Assert.True(connection.IsSensitive);
    }

    [Fact]
    public async Task Console_lines_come_with_those_before_and_say_which_were_errors()
    {
        await using var host = await ResourceServiceHost.StartAsync();
        host.Replica.Log.Add("2026-01-01T00:00:00.000Z before", isError: false);
        using var watch = host.Client.WatchResourceConsoleLogs(
            new WatchResourceConsoleLogsRequest { ResourceName = host.Replica.Name },
            ResourceServiceHost.Headers,
            cancellationToken: Token
        );

        var before = await NextAsync(watch.ResponseStream);
        host.Replica.Log.Add("2026-01-01T00:00:01.000Z after", isError: true);
        var after = await NextAsync(watch.ResponseStream);

        Assert.Equal((1, false), (before.LogLines[0].LineNumber, before.LogLines[0].IsStdErr));
        Assert.EndsWith("before", before.LogLines[0].Text, StringComparison.Ordinal);
        Assert.Equal((2, true), (after.LogLines[0].LineNumber, after.LogLines[0].IsStdErr));
        Assert.EndsWith("after", after.LogLines[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lines_that_are_not_followed_end_with_the_last_one()
    {
        await using var host = await ResourceServiceHost.StartAsync();
        host.Replica.Log.Add("2026-01-01T00:00:00.000Z only", isError: false);
        using var watch = host.Client.WatchResourceConsoleLogs(
            new WatchResourceConsoleLogsRequest { ResourceName = host.Replica.Name, SuppressFollow = true },
            ResourceServiceHost.Headers,
            cancellationToken: Token
        );

        Assert.Single((await NextAsync(watch.ResponseStream)).LogLines);
        Assert.False(await watch.ResponseStream.MoveNext(Token));
    }

    [Theory]
    [InlineData("fail", "it was to fail")]
    [InlineData("unheard-of", "has no command 'unheard-of'")]
    [InlineData("scale-up", "worker is one process")]
    public async Task A_command_that_cannot_be_done_says_why(string command, string reason)
    {
        await using var host = await ResourceServiceHost.StartAsync();
        var request = new ResourceCommandRequest { CommandName = command, ResourceName = host.Replica.Name };

        var answer = await host.Client.ExecuteResourceCommandAsync(request, ResourceServiceHost.Headers, cancellationToken: Token);

        Assert.Equal(ResourceCommandResponseKind.Failed, answer.Kind);
        Assert.Contains(reason, answer.Message, StringComparison.Ordinal);
    }

    private static async Task<IReadOnlyList<Resource>> FirstAsync(ResourceServiceHost host)
    {
        using var watch = host.Client.WatchResources(new WatchResourcesRequest(), ResourceServiceHost.Headers, cancellationToken: Token);

        return (await NextAsync(watch.ResponseStream)).InitialData.Resources;
    }

    private static async Task<T> NextAsync<T>(IAsyncStreamReader<T> stream)
    {
        Assert.True(await stream.MoveNext(Token));

        return stream.Current;
    }
}
