using System.Collections.Concurrent;
using System.Diagnostics;

namespace RagPy.Tests.Hosting;

/// <summary>
/// Sends safe requests at a steady rate, whether or not earlier ones have been answered, and keeps how long each took from the moment it was due. None is sent
/// twice: what fails has failed.
/// </summary>
internal sealed class SafeRequests(HttpClient http, IReadOnlyList<string> paths, int perSecond)
{
    private readonly ConcurrentBag<double> _milliseconds = [];

    /// <summary>What went wrong, a line each.</summary>
    public ConcurrentBag<string> Failures { get; } = [];

    public int Count => _milliseconds.Count;

    /// <summary>The time within which a share of the requests was answered, in milliseconds.</summary>
    public double Percentile(double share)
    {
        var sorted = _milliseconds.Order().ToArray();

        return sorted.Length == 0 ? 0 : sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * share))];
    }

    /// <summary>Sends until it is cancelled, and waits for what is under way.</summary>
    public async Task RunAsync(CancellationToken end)
    {
        var sent = new List<Task>();
        var begin = Stopwatch.GetTimestamp();
        for (var number = 0; !end.IsCancellationRequested; number++)
        {
            var due = TimeSpan.FromSeconds((double)number / perSecond);
            if (due - Stopwatch.GetElapsedTime(begin) is { Ticks: > 0 } wait)
            {
                await Task.Delay(wait, CancellationToken.None);
            }

            sent.Add(SendAsync(paths[number % paths.Count], begin, due));
        }

        await Task.WhenAll(sent);
    }

    private async Task SendAsync(string path, long begin, TimeSpan due)
    {
        try
        {
            using var response = await http.GetAsync(path);
            if (!response.IsSuccessStatusCode)
            {
                Failures.Add($"{due.TotalSeconds:0.0} s: {(int)response.StatusCode} {path} {await response.Content.ReadAsStringAsync()}");
            }
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            Failures.Add($"{due.TotalSeconds:0.0} s: {path} {e.Message} {e.InnerException?.Message}");
        }

        _milliseconds.Add((Stopwatch.GetElapsedTime(begin) - due).TotalMilliseconds);
    }
}
