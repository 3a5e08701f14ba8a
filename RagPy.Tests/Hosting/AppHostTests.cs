using System.Diagnostics;
using System.Net;
using System.Text.Json;
using RagPy.Hosting.Running;
using Xunit;

namespace RagPy.Tests.Hosting;

/// <summary>The whole system through the real orchestrator: it starts, works, heals, and ends without a trace.</summary>
[Trait("Category", "slow")]
public sealed class AppHostTests : IDisposable
{
    private static readonly TimeSpan s_stop = TimeSpan.FromSeconds(10);
    private readonly string _data = AppHostProcess.CreateData();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => AppHostProcess.RemoveData(_data);

    [Fact]
    public async Task It_serves_shows_its_telemetry_heals_what_is_killed_and_ends_without_a_trace()
    {
        await using var appHost = AppHostProcess.Start(_data);
        var state = await appHost.WaitUntilReadyAsync();
        var api = appHost.Processes("RagPy.Api.dll");
        using var web = new WebClient(state.Urls[0].Address);

        Assert.Equal(2, api.Count);
        Assert.Single(appHost.Processes("RagPy.Ingestion.dll"));
        Assert.Equal("healthy", (await web.GetAsync("/health")).GetProperty("status").GetString());
        await AssertGatewayAsync(state.Urls[0].Address);
        await AssertTelemetryAsync(new Uri(state.Urls.First(url => url.Title == "Dashboard").Address), state.DashboardApiKey!);
        await AssertSecondSaysWhereTheFirstIsAsync(state.ProcessId, state.Urls[0].Address);

        Kill(api[0]);
        await appHost.WaitForAsync("api-", "was killed");
        await appHost.WaitForAsync("api-", "is ready after");
        Assert.DoesNotContain(api[0], appHost.Processes("RagPy.Api.dll"));
        Assert.Equal(2, appHost.Processes("RagPy.Api.dll").Count);

        Kill(appHost.Processes("RagPy.LocalServices.dll postgres")[0]);
        Kill(appHost.Processes("RagPy.LocalServices.dll redis")[0]);
        await appHost.WaitForAsync("postgres-", "is ready after");
        await appHost.WaitForAsync("redis-", "is ready after");
        Assert.Equal(JsonValueKind.Array, (await web.GetPatientlyAsync("/api/v1/projects")).GetProperty("items").ValueKind);

        Assert.True(await appHost.StopAsync() < s_stop, appHost.Output);
        Assert.Empty(appHost.Left);
        Assert.Equal(0, await appHost.WaitForExitAsync());
    }

    [Fact]
    public async Task Killed_itself_or_with_its_orchestrator_it_leaves_nothing_behind_and_keeps_its_data()
    {
        long project;
        await using (var first = AppHostProcess.Start(_data))
        {
            using var web = new WebClient((await first.WaitUntilReadyAsync()).Urls[0].Address);
            project = await web.CreateProjectAsync("kept");
            first.Kill();
            await first.WaitUntilNothingIsLeftAsync();
        }

        await using var second = AppHostProcess.Start(_data);
        using var again = new WebClient((await second.WaitUntilReadyAsync()).Urls[0].Address);
        Assert.Equal("kept", (await again.GetAsync($"/api/v1/projects/{project}")).GetProperty("name").GetString());

        Kill(second.Processes("start-apiserver")[0]);

        Assert.Equal(1, await second.WaitForExitAsync());
        Assert.Contains("The orchestrator was ended from outside", second.Output, StringComparison.Ordinal);
        Assert.Empty(second.Left);
    }

    [Fact]
    public async Task A_replica_and_a_worker_that_are_killed_at_work_change_nothing_in_the_result()
    {
        await using var appHost = AppHostProcess.Start(_data);
        using var web = new WebClient((await appHost.WaitUntilReadyAsync()).Urls[0].Address);
        var undisturbed = await web.BringInSampleAsync(await web.CreateProjectAsync("undisturbed"));
        await web.WaitUntilCompletedAsync(undisturbed.Task);
        var project = await web.CreateProjectAsync("disturbed");

        var disturbed = await web.BringInSampleAsync(project);
        await web.WaitUntilSourceIsReadAsync(disturbed.Task);
        Kill(appHost.Processes("RagPy.Ingestion.dll")[0]);
        Kill(appHost.Processes("RagPy.Api.dll")[0]);
        await web.WaitUntilCompletedAsync(disturbed.Task);

        var expected = await web.GetPointsAsync(undisturbed.Session);
        Assert.NotEmpty(expected);
        Assert.Equal(expected, await web.GetPointsAsync(disturbed.Session));
        var found = await web.GetPatientlyAsync($"/api/v1/projects/{project}/search?q=archives&top=5");
        Assert.NotEmpty(found.GetProperty("results").EnumerateArray());
        Assert.True(await appHost.StopAsync() < s_stop, appHost.Output);
        Assert.Empty(appHost.Left);
    }

    private async Task AssertSecondSaysWhereTheFirstIsAsync(int process, string address)
    {
        await using var second = AppHostProcess.Start(_data);
        Assert.Equal(1, await second.WaitForExitAsync());
        Assert.Contains($"(process {process}, {address})", second.Output, StringComparison.Ordinal);
        await using var doctor = AppHostProcess.Start(_data, "doctor");
        Assert.Equal(0, await doctor.WaitForExitAsync());
        Assert.Contains($"runs as process {process}", doctor.Output, StringComparison.Ordinal);
    }

    /// <summary>Pages and the description of the API come through the gateway; other names, and those who go past it, do not get in.</summary>
    private async Task AssertGatewayAsync(string address)
    {
        var list = JsonDocument.Parse(await File.ReadAllBytesAsync(new RunFolder(_data).ReplicaFile("api", "http"), Token));
        var replicas = list.RootElement.GetProperty("destinations").EnumerateArray().Select(one => one.GetString()!).ToArray();
        Assert.Equal(2, replicas.Length);
        using var http = new HttpClient();

        Assert.Contains("<html", await http.GetStringAsync(new Uri(address), Token), StringComparison.OrdinalIgnoreCase);
        Assert.Contains("scalar", await http.GetStringAsync(new Uri($"{address}/scalar"), Token), StringComparison.OrdinalIgnoreCase);
        Assert.Equal(HttpStatusCode.MisdirectedRequest, await StatusAsync(http, address, "evil.example"));
        Assert.Equal(HttpStatusCode.MisdirectedRequest, await StatusAsync(http, replicas[0], "evil.example"));
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient http, string address, string host)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{address}/api/v1/projects") { Headers = { Host = host } };
        using var response = await http.SendAsync(request, Token);

        return response.StatusCode;
    }

    private static void Kill(int process)
    {
        using var victim = Process.GetProcessById(process);
        victim.Kill();
    }

    /// <summary>Both replicas of the API, the gateway and the worker are known to the dashboard, by name.</summary>
    private static async Task AssertTelemetryAsync(Uri dashboard, string key)
    {
        using var client = new WebClient(dashboard.GetLeftPart(UriPartial.Authority), ("x-api-key", key));
        string[] names = [];
        var begin = Stopwatch.GetTimestamp();
        while (names is not ["api", "api", "gateway", "ingestion"])
        {
            Assert.True(Stopwatch.GetElapsedTime(begin) < TimeSpan.FromMinutes(1), $"The dashboard knows: {string.Join(", ", names)}");
            await Task.Delay(500, TestContext.Current.CancellationToken);
            var resources = await client.GetAsync("/api/telemetry/resources");
            names =
            [
                .. resources.EnumerateArray().Select(resource => resource.GetProperty("name").GetString()!).Order(StringComparer.Ordinal),
            ];
        }
    }
}
