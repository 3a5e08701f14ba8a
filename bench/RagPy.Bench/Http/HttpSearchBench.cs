using System.Diagnostics;
using System.Globalization;
using RagPy.Bench.Http;

namespace RagPy.Bench;

/// <summary>Searches by HTTP over a large index, one at a time and twenty at once, none like another.</summary>
internal static class HttpSearchBench
{
    private const int Rounds = 25;

    public static async Task RunAsync(string[] args, CancellationToken cancellationToken)
    {
        var chunks = int.Parse(args[0], CultureInfo.InvariantCulture);
        await using var stack = await HttpStack.StartAsync(replicas: 1, hasWorker: false, cancellationToken);
        using var client = new HttpClient { BaseAddress = stack.Addresses[0] };
        var project = await client.NewProjectAsync("bench", cancellationToken);
        var library = new BenchLibrary();
        var watch = Stopwatch.StartNew();
        await library.WriteAsync(stack.Database, stack.Data, project, chunks, cancellationToken);
        Console.WriteLine($"{chunks} chunks of 450 words, 512 dimensions; written in {watch.Elapsed.TotalSeconds:F0} s.");
        watch.Restart();
        await SearchAsync(client, project, library.Query(5), "hybrid", cancellationToken);
        Console.WriteLine($"First search: {watch.Elapsed.TotalMilliseconds:F0} ms.");
        for (var i = 0; i < 5; i++)
        {
            await RoundAsync(client, project, library, "hybrid", 20, cancellationToken);
        }

        Console.WriteLine();
        Console.WriteLine("| mode | at once | p50 ms | p95 ms | p99 ms | searches/s | server CPU ms a search | client CPU ms a search |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|");
        foreach (var mode in (string[])["hybrid", "dense", "sparse"])
        {
            await MeasureAsync(stack, client, project, library, mode, 1, cancellationToken);
            await MeasureAsync(stack, client, project, library, mode, 20, cancellationToken);
        }
    }

    private static async Task MeasureAsync(
        HttpStack stack,
        HttpClient client,
        long project,
        BenchLibrary library,
        string mode,
        int atOnce,
        CancellationToken cancellationToken
    )
    {
        var times = new List<double>();
        var (server, own) = (stack.ServerCpu, Environment.CpuUsage.TotalTime);
        var watch = Stopwatch.StartNew();
        for (var round = 0; round < Rounds; round++)
        {
            times.AddRange(await RoundAsync(client, project, library, mode, atOnce, cancellationToken));
        }

        var seconds = watch.Elapsed.TotalSeconds;
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"| {mode} | {atOnce} | {HttpCalls.Percentile(times, 0.5):F1} | {HttpCalls.Percentile(times, 0.95):F1} | {HttpCalls.Percentile(times, 0.99):F1} | {times.Count / seconds:F0} | {(stack.ServerCpu - server).TotalMilliseconds / times.Count:F1} | {(Environment.CpuUsage.TotalTime - own).TotalMilliseconds / times.Count:F1} |"
            )
        );
    }

    private static Task<double[]> RoundAsync(
        HttpClient client,
        long project,
        BenchLibrary library,
        string mode,
        int atOnce,
        CancellationToken cancellationToken
    )
    {
        var queries = Enumerable.Range(0, atOnce).Select(_ => library.Query(5)).ToList();
        return Task.WhenAll(queries.Select(query => SearchAsync(client, project, query, mode, cancellationToken)));
    }

    private static async Task<double> SearchAsync(
        HttpClient client,
        long project,
        string query,
        string mode,
        CancellationToken cancellationToken
    )
    {
        var watch = Stopwatch.StartNew();
        using var response = await client.GetAsync(
            $"/api/v1/projects/{project}/search?q={Uri.EscapeDataString(query)}&mode={mode}",
            cancellationToken
        );
        await response.Content.ReadAsByteArrayAsync(cancellationToken);
        response.EnsureSuccessStatusCode();
        return watch.Elapsed.TotalMilliseconds;
    }
}
