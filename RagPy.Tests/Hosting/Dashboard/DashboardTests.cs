using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using RagPy.Hosting.Running;
using RagPy.Tests.Web;
using Xunit;

namespace RagPy.Tests.Hosting.Dashboard;

/// <summary>The real dashboard over the real application, in a real browser.</summary>
[Trait("Category", "slow")]
public sealed partial class DashboardTests : IDisposable
{
    private const float PatienceMilliseconds = 60_000;
    private readonly string _data = AppHostProcess.CreateData();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => AppHostProcess.RemoveData(_data);

    [Fact]
    public async Task It_shows_replicas_and_their_lines_restarts_one_and_has_the_trace_and_the_logs_of_an_upload()
    {
        await using var browser = await Browser.LaunchAsync();
        await using var appHost = AppHostProcess.Start(_data);
        var state = await appHost.WaitUntilReadyAsync();
        var login = new Uri(state.Urls.First(url => url.Title == "Dashboard").Address);
        var page = await browser.NewPageAsync(new Uri(login.GetLeftPart(UriPartial.Authority)), "en", hasScripts: true);
        page.SetDefaultTimeout(PatienceMilliseconds);

        await page.GotoAsync(login.ToString());
        await SeeAsync(page, "gateway", "ingestion", "postgres", "ragpy", "redis");
        var replicas = page.GetByRole(AriaRole.Row).Filter(new() { HasTextRegex = Replica() });
        await Assertions.Expect(replicas).ToHaveCountAsync(2);
        var replica = Replica().Match(await replicas.First.InnerTextAsync()).Value;

        await RestartAsync(page, appHost, replica);
        await AssertTraceAsync(page, state);
    }

    /// <summary>Restarts a replica by its button: it is another process then, and says so in its lines.</summary>
    private static async Task RestartAsync(IPage page, AppHostProcess appHost, string replica)
    {
        var before = appHost.Processes("RagPy.Api.dll");
        await page.GetByRole(AriaRole.Row)
            .Filter(new() { HasText = replica })
            .GetByRole(AriaRole.Button, new() { Name = "Stop this process and start it again" })
            .ClickAsync();
        await SeeAsync(page, $"{replica} \"Restart\" succeeded");
        var after = appHost.Processes("RagPy.Api.dll");
        var former = Assert.Single(before.Except(after));
        var present = Assert.Single(after.Except(before));

        await page.GotoAsync($"/?resource={replica}");
        await SeeAsync(page, $"{present}");
        await page.GotoAsync($"/consolelogs/resource/{replica}");
        await SeeAsync(page, $"Process {former} runs.", $"Process {present} runs.", "Now listening on");
    }

    /// <summary>An upload is one trace from the gateway to the database, and its logs are found by their text.</summary>
    private static async Task AssertTraceAsync(IPage page, RunState state)
    {
        using var web = new WebClient(state.Urls[0].Address);
        var started = await web.BringInSampleAsync(await web.CreateProjectAsync("shown"));
        await web.WaitUntilCompletedAsync(started.Task);
        using var telemetry = new WebClient(
            new Uri(state.Urls.First(url => url.Title == "Dashboard").Address).GetLeftPart(UriPartial.Authority),
            ("x-api-key", state.DashboardApiKey!)
        );
        var trace = await FindTraceAsync(telemetry, "sessions/sample");
        var line = await FindLogAsync(telemetry, trace);

        await page.GotoAsync($"/traces/detail/{trace}");
        await SeeAsync(page, "gateway", "api-", "ingestion", "postgres");

        await FilterLogsAsync(page, line);
    }

    /// <summary>Types into the filter until the line shows: the dashboard's field loses keys that come while the server is drawing it.</summary>
    private static async Task FilterLogsAsync(IPage page, string line)
    {
        for (var begin = Stopwatch.GetTimestamp(); ; )
        {
            await page.GotoAsync("/structuredlogs");
            await page.GetByPlaceholder("Filter...").First.ClickAsync();
            await page.Keyboard.TypeAsync(line, new() { Delay = 5 });
            var hits = page.GetByText(line).Filter(new() { Visible = true });
            for (
                var typed = Stopwatch.GetTimestamp();
                Stopwatch.GetElapsedTime(typed) < TimeSpan.FromSeconds(10);
                await Task.Delay(200, Token)
            )
            {
                if (await hits.CountAsync() > 0)
                {
                    return;
                }
            }

            Assert.True(Stopwatch.GetElapsedTime(begin) < TimeSpan.FromMinutes(1), $"The log shows no '{line}'.");
        }
    }

    /// <summary>The trace in which the gateway was asked for a path and the worker took part.</summary>
    private static async Task<string> FindTraceAsync(WebClient telemetry, string path)
    {
        for (var begin = Stopwatch.GetTimestamp(); ; await Task.Delay(500, Token))
        {
            var asked = await telemetry.GetAsync($"/api/telemetry/spans?resource=gateway&search={Uri.EscapeDataString(path)}&limit=10");
            if (FirstTrace().Match(asked.GetRawText()) is { Success: true } found)
            {
                var trace = found.Groups[1].Value;
                var work = await telemetry.GetAsync($"/api/telemetry/spans?resource=ingestion&traceId={trace}&limit=1");
                if (FirstTrace().IsMatch(work.GetRawText()))
                {
                    return trace;
                }
            }

            Assert.True(Stopwatch.GetElapsedTime(begin) < TimeSpan.FromMinutes(1), $"No trace of {path}: {asked.GetRawText()}");
        }
    }

    /// <summary>What the worker wrote about the upload.</summary>
    private static async Task<string> FindLogAsync(WebClient telemetry, string trace)
    {
        for (var begin = Stopwatch.GetTimestamp(); ; await Task.Delay(500, Token))
        {
            var logs = await telemetry.GetAsync($"/api/telemetry/logs?traceId={trace}&limit=10");
            if (Body().Match(logs.GetRawText()) is { Success: true } found)
            {
                return JsonSerializer.Deserialize<string>(found.Groups[1].Value)!;
            }

            Assert.True(Stopwatch.GetElapsedTime(begin) < TimeSpan.FromMinutes(1), $"No log of the trace {trace}: {logs.GetRawText()}");
        }
    }

    private static async Task SeeAsync(IPage page, params string[] texts)
    {
        foreach (var text in texts)
        {
            await page.GetByText(text).Filter(new() { Visible = true }).First.WaitForAsync();
        }
    }

    [GeneratedRegex("api-[a-z0-9]{8}")]
    private static partial Regex Replica();

    [GeneratedRegex("\"traceId\":\\s*\"([0-9a-f]{32})\"")]
    private static partial Regex FirstTrace();

    [GeneratedRegex("\"body\":\\s*\\{\\s*\"stringValue\":\\s*(\"(?:[^\"\\\\]|\\\\.)*\")")]
    private static partial Regex Body();
}
