using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using RagPy.Hosting.Running;
using Xunit;

namespace RagPy.Tests.Hosting;

/// <summary>
/// Three replicas of the API behind the gateway, as the AppHost runs them, under load, while two of them are killed and all are restarted one after the other. It
/// lasts as long as that takes, and the load is one that a machine bears which does other things beside; bench/gateway/failover.sh asks for more, and for speed.
/// </summary>
[Trait("Category", "slow")]
public sealed class ApplicationFailoverTests : IDisposable
{
    private const int Replicas = 3;
    private const int QuietRate = 40;
    private const int Listeners = 20;
    private const string Api = "RagPy.Api.dll";

    /// <summary>Seconds of load at least.</summary>
    private const string Duration = "RAGPY_FAILOVER_SECONDS";

    /// <summary>Safe requests a second; when it is set, they have to be answered in time.</summary>
    private const string Rate = "RAGPY_FAILOVER_RATE";

    /// <summary>File for the figures.</summary>
    private const string Report = "RAGPY_FAILOVER_REPORT";

    private static readonly TimeSpan s_quiet = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan s_warm = TimeSpan.FromSeconds(20);

    private readonly int? _rate = int.TryParse(Environment.GetEnvironmentVariable(Rate), CultureInfo.InvariantCulture, out var rate)
        ? rate
        : null;

    private readonly string _data = AppHostProcess.CreateData();
    private readonly ConcurrentBag<TaskListener> _listeners = [];
    private readonly ConcurrentQueue<string> _story = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => AppHostProcess.RemoveData(_data);

    [Fact]
    public async Task Kills_and_a_rolling_restart_under_load_fail_no_safe_request_and_lose_no_event()
    {
        await using var appHost = AppHostProcess.Start(
            _data,
            new Dictionary<string, string> { ["DOTNET_ENVIRONMENT"] = "Production", ["Logging__LogLevel__Default"] = "Warning" },
            "--replicas",
            $"api={Replicas}"
        );
        var address = (await appHost.WaitUntilReadyAsync()).Urls[0].Address;
        using var web = new WebClient(address);
        var project = await web.CreateProjectAsync("searched");
        await web.WaitUntilCompletedAsync((await web.BringInSampleAsync(project)).Task);
        using var http = new HttpClient { BaseAddress = new Uri(address), Timeout = TimeSpan.FromMinutes(1) };
        await WarmAsync(http, project);
        var requests = new SafeRequests(http, Paths(project), _rate ?? QuietRate);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Token);
        // Streams that last: without a worker the first task stays as it is.
        await CommandAsync("stop", "ingestion");

        var load = requests.RunAsync(end.Token);
        var listening = ListenAsync(address, end.Token);
        var begin = Stopwatch.GetTimestamp();
        await HarmAsync(appHost, begin);
        await end.CancelAsync();
        await Task.WhenAll(load, listening);

        await WriteReportAsync(requests, Stopwatch.GetElapsedTime(begin));
        Assert.Empty(requests.Failures);
        Assert.Empty(_listeners.SelectMany(listener => listener.Failures));
        Assert.True(_listeners.Sum(listener => listener.Cuts) > 0, "No event stream was cut, so nothing was shown.");
        Assert.True(_rate is null || requests.Percentile(0.99) <= 1000, $"99 % were answered within {requests.Percentile(0.99):0} ms.");
    }

    /// <summary>Where speed is asked for, it is that of code which has been compiled; what is started anew has to do that under load.</summary>
    private async Task WarmAsync(HttpClient http, long project)
    {
        if (_rate is { } rate)
        {
            using var end = CancellationTokenSource.CreateLinkedTokenSource(Token);
            end.CancelAfter(s_warm);
            await new SafeRequests(http, Paths(project), rate).RunAsync(end.Token);
        }
    }

    private static string[] Paths(long project) =>
        [
            "/api/v1/projects",
            $"/api/v1/projects/{project}/search?q=archives&top=5",
            $"/api/v1/projects/{project}/sessions",
            $"/api/v1/projects/{project}/search?q=prisms&mode=sparse",
            $"/api/v1/projects/{project}",
            $"/api/v1/projects/{project}/search?q=coefficient+de+mar%C3%A9e",
        ];

    /// <summary>A kill, a rolling restart, another kill, with pauses that fill the time asked for.</summary>
    private async Task HarmAsync(AppHostProcess appHost, long begin)
    {
        var seconds = double.TryParse(Environment.GetEnvironmentVariable(Duration), CultureInfo.InvariantCulture, out var given)
            ? given
            : 0;
        await UntilAsync(0.1);
        Kill(appHost, begin);
        await WaitForAllReplicasAsync();
        await UntilAsync(0.25);
        Note(begin, "rolling restart begins");
        var before = appHost.Processes(Api);
        await Task.WhenAll(CommandAsync("restart", "api"), WorkAfterAWhileAsync());
        Note(begin, "rolling restart is done");
        Assert.Equal(Replicas, appHost.Processes(Api).Except(before).Count());
        await UntilAsync(0.8);
        Kill(appHost, begin);
        await WaitForAllReplicasAsync();
        Note(begin, "all are ready");
        await UntilAsync(1);

        Task UntilAsync(double share)
        {
            var wait = TimeSpan.FromSeconds(seconds * share) - Stopwatch.GetElapsedTime(begin);

            return Task.Delay(wait > s_quiet ? wait : s_quiet, Token);
        }
    }

    /// <summary>Events come while replicas go.</summary>
    private async Task WorkAfterAWhileAsync()
    {
        await Task.Delay(s_quiet, Token);
        await CommandAsync("start", "ingestion");
    }

    private async Task CommandAsync(params string[] arguments)
    {
        await using var command = AppHostProcess.Start(_data, arguments);
        Assert.True(await command.WaitForExitAsync() == 0, command.Output);
    }

    private void Kill(AppHostProcess appHost, long begin)
    {
        using var victim = Process.GetProcessById(appHost.Processes(Api)[0]);
        victim.Kill();
        Note(begin, "SIGKILL");
    }

    private void Note(long begin, string what) => _story.Enqueue($"{Stopwatch.GetElapsedTime(begin).TotalSeconds:0.0} s {what}");

    /// <summary>Until the list of replicas, from which the dead one is taken first, has all of them.</summary>
    private async Task WaitForAllReplicasAsync()
    {
        var file = new RunFolder(_data).ReplicaFile("api", "http");
        var wasShort = false;
        for (var begin = Stopwatch.GetTimestamp(); ; await Task.Delay(50, Token))
        {
            var count = JsonDocument
                .Parse(await File.ReadAllBytesAsync(file, Token))
                .RootElement.GetProperty("destinations")
                .GetArrayLength();
            wasShort |= count < Replicas;
            if (wasShort && count == Replicas)
            {
                return;
            }

            Assert.True(Stopwatch.GetElapsedTime(begin) < TimeSpan.FromMinutes(1), $"The list has {count} replicas.");
        }
    }

    /// <summary>One task after another, each watched by many from its beginning to its end.</summary>
    private async Task ListenAsync(string address, CancellationToken end)
    {
        using var http = new HttpClient { BaseAddress = new Uri(address), Timeout = TimeSpan.FromMinutes(2) };
        for (var number = 1; !end.IsCancellationRequested; number++)
        {
            await Task.Delay(s_quiet, Token);
            var project = await RepeatAsync(http, "/api/v1/projects", JsonContent.Create(new { name = $"watched {number}" }));
            var started = await RepeatAsync(http, $"/api/v1/projects/{project.GetProperty("id").GetInt64()}/sessions/sample", null);
            var session = started.GetProperty("session").GetProperty("id").GetInt64();
            var task = started.GetProperty("task").GetProperty("id").GetInt64();
            var listeners = Enumerable.Range(0, Listeners).Select(_ => new TaskListener(http, task)).ToArray();
            await Task.WhenAll(listeners.Select(listener => listener.RunAsync(Token)));

            var expected = await DocumentsAsync(http, session);
            foreach (var listener in listeners)
            {
                _listeners.Add(listener);
                Assert.Equal(expected, listener.Documents.OrderBy(one => one.Key, StringComparer.Ordinal));
            }
        }
    }

    private static async Task<IEnumerable<KeyValuePair<string, string>>> DocumentsAsync(HttpClient http, long session)
    {
        var list = await http.GetFromJsonAsync<JsonElement>($"/api/v1/sessions/{session}/documents?limit=200", Token);

        return list.GetProperty("items")
            .EnumerateArray()
            .Select(one => KeyValuePair.Create(one.GetProperty("id").GetString()!, one.GetProperty("state").GetString()!))
            .OrderBy(one => one.Key, StringComparer.Ordinal);
    }

    /// <summary>A POST may fail with the replica that works on it; by its key it can be sent again.</summary>
    private static async Task<JsonElement> RepeatAsync(HttpClient http, string path, HttpContent? content)
    {
        var key = Guid.NewGuid().ToString();
        var body = content is null ? null : await content.ReadAsByteArrayAsync(Token);
        for (var tries = 1; ; tries++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path) { Headers = { { "Idempotency-Key", key } } };
            if (body is not null)
            {
                request.Content = new ByteArrayContent(body) { Headers = { ContentType = new("application/json") } };
            }

            using var response = await http.SendAsync(request, Token);
            if (response.IsSuccessStatusCode)
            {
                return await response.Content.ReadFromJsonAsync<JsonElement>(Token);
            }

            Assert.True(tries < 100, $"{path}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync(Token)}");
            await Task.Delay(200, Token);
        }
    }

    private async Task WriteReportAsync(SafeRequests requests, TimeSpan took)
    {
        if (Environment.GetEnvironmentVariable(Report) is not { Length: > 0 } path)
        {
            return;
        }

        var failures = requests.Failures.Concat(_listeners.SelectMany(listener => listener.Failures)).ToArray();
        var report = string.Create(
            CultureInfo.InvariantCulture,
            $"""
            | what | |
            | --- | --- |
            | replicas, load | {Replicas}, {_rate ?? QuietRate} requests/s for {took.TotalSeconds:0} s, {Listeners} event streams at any time |
            | safe requests, failed | {requests.Count}, **{failures.Length}** |
            | p50, p95, p99, slowest, ms | {requests.Percentile(0.5):0.0}, {requests.Percentile(0.95):0}, **{requests.Percentile(
                0.99
            ):0}**, {requests.Percentile(1):0} |
            | event streams to the end of their task, cut and resumed, with an event lost | {_listeners.Count}, {_listeners.Sum(listener =>
                listener.Cuts
            )}, **0** |
            | what happened | {string.Join("; ", _story)} |

            {string.Join('\n', failures.Take(20))}
            """
        );
        await File.WriteAllTextAsync(path, report, Token);
    }
}
