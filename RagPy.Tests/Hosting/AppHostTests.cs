using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Xunit;

namespace RagPy.Tests.Hosting;

/// <summary>The whole system through the real orchestrator: it starts, works, heals, and ends without a trace.</summary>
[Trait("Category", "slow")]
public sealed class AppHostTests : IDisposable
{
    private static readonly TimeSpan s_stop = TimeSpan.FromSeconds(10);
    private readonly string _data = AppHostProcess.CreateData();

    public void Dispose() => AppHostProcess.RemoveData(_data);

    [Fact]
    public async Task It_serves_shows_its_telemetry_heals_what_is_killed_and_ends_without_a_trace()
    {
        await using var appHost = AppHostProcess.Start(_data);
        var state = await appHost.WaitUntilReadyAsync();
        using var web = Client(state.Urls.First(url => url.Title == "Web page").Address);

        Assert.Equal(2, appHost.Processes("RagPy.Api.dll").Count);
        Assert.Single(appHost.Processes("RagPy.Ingestion.dll"));
        Assert.Equal(HttpStatusCode.OK, (await web.GetAsync("/health", Token)).StatusCode);
        await AssertTelemetryAsync(new Uri(state.Urls.First(url => url.Title == "Dashboard").Address), state.DashboardApiKey!);

        var killed = appHost.Processes("RagPy.Api.dll")[0];
        Process.GetProcessById(killed).Kill();
        await appHost.WaitForAsync("was killed");
        await appHost.WaitForAsync("is ready after");
        Assert.DoesNotContain(killed, appHost.Processes("RagPy.Api.dll"));
        Assert.Equal(2, appHost.Processes("RagPy.Api.dll").Count);
        Assert.Equal(HttpStatusCode.OK, (await GetPatientlyAsync(web, "/health")).StatusCode);

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
            using var web = Client((await first.WaitUntilReadyAsync()).Urls[0].Address);
            project = (await PostAsync(web, "/api/v1/projects", new { name = "kept" })).GetProperty("id").GetInt64();
            first.Kill();
            await first.WaitUntilNothingIsLeftAsync();
        }

        await using var second = AppHostProcess.Start(_data);
        using var again = Client((await second.WaitUntilReadyAsync()).Urls[0].Address);
        Assert.Equal(
            "kept",
            (await again.GetFromJsonAsync<JsonElement>($"/api/v1/projects/{project}", Token)).GetProperty("name").GetString()
        );

        Process.GetProcessById(second.Processes("start-apiserver")[0]).Kill();

        Assert.Equal(1, await second.WaitForExitAsync());
        Assert.Contains("The orchestrator was ended from outside", second.Output, StringComparison.Ordinal);
        Assert.Empty(second.Left);
    }

    [Fact]
    public async Task Servers_that_are_killed_come_back_where_they_were()
    {
        await using var appHost = AppHostProcess.Start(_data);
        using var web = Client((await appHost.WaitUntilReadyAsync()).Urls[0].Address);

        foreach (var server in new[] { "RagPy.LocalServices.dll postgres", "RagPy.LocalServices.dll redis" })
        {
            Process.GetProcessById(appHost.Processes(server)[0]).Kill();
        }

        await appHost.WaitForAsync("postgres-");
        Assert.Equal(HttpStatusCode.OK, (await GetPatientlyAsync(web, "/health")).StatusCode);
        var answer = await GetPatientlyAsync(web, "/api/v1/projects");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.True(await appHost.StopAsync() < s_stop, appHost.Output);
        Assert.Empty(appHost.Left);
    }

    [Fact]
    public async Task A_second_one_on_the_same_data_folder_says_where_the_first_is()
    {
        await using var first = AppHostProcess.Start(_data);
        var state = await first.WaitUntilReadyAsync();
        await using var second = AppHostProcess.Start(_data);

        Assert.Equal(1, await second.WaitForExitAsync());
        Assert.Contains($"(process {state.ProcessId}, {state.Urls[0].Address})", second.Output, StringComparison.Ordinal);
        await using var doctor = AppHostProcess.Start(_data, "doctor");
        Assert.Equal(0, await doctor.WaitForExitAsync());
        Assert.Contains($"runs as process {state.ProcessId}", doctor.Output, StringComparison.Ordinal);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static HttpClient Client(string address) => new() { BaseAddress = new Uri(address) };

    private static async Task<JsonElement> PostAsync(HttpClient web, string path, object body)
    {
        using var answer = await web.PostAsJsonAsync(path, body, Token);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Token));

        return await answer.Content.ReadFromJsonAsync<JsonElement>(Token);
    }

    /// <summary>A client tries again while connections to what was killed break.</summary>
    private static async Task<HttpResponseMessage> GetPatientlyAsync(HttpClient web, string path)
    {
        for (var begin = Stopwatch.GetTimestamp(); ; await Task.Delay(200, Token))
        {
            try
            {
                var answer = await web.GetAsync(path, Token);
                if (answer.IsSuccessStatusCode || Stopwatch.GetElapsedTime(begin) > TimeSpan.FromMinutes(1))
                {
                    return answer;
                }
            }
            catch (HttpRequestException) when (Stopwatch.GetElapsedTime(begin) < TimeSpan.FromMinutes(1))
            {
                // Again.
            }
        }
    }

    /// <summary>Both replicas of the API and the worker are known to the dashboard, by name.</summary>
    private static async Task AssertTelemetryAsync(Uri dashboard, string key)
    {
        using var client = new HttpClient { BaseAddress = new Uri(dashboard.GetLeftPart(UriPartial.Authority)) };
        client.DefaultRequestHeaders.Add("x-api-key", key);
        string[] names = [];
        for (var begin = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(begin) < TimeSpan.FromMinutes(1); await Task.Delay(500, Token))
        {
            var answer = await client.GetFromJsonAsync<JsonElement>("/api/telemetry/resources", Token);
            var resources = answer.ValueKind == JsonValueKind.Array ? answer : answer.GetProperty("resources");
            names =
            [
                .. resources.EnumerateArray().Select(resource => resource.GetProperty("name").GetString()!).Order(StringComparer.Ordinal),
            ];
            if (names is ["api", "api", "ingestion"])
            {
                return;
            }
        }

        Assert.Fail($"The dashboard knows: {string.Join(", ", names)}");
    }
}
