using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using RagPy.Bench.Http;

namespace RagPy.Bench;

/// <summary>PDFs uploaded together until search finds them; the stages overlap, so that each is told by when its last document left it.</summary>
internal static class HttpUploadBench
{
    private static readonly string[] s_stages = ["extract", "chunk", "embed", "index"];

    public static async Task RunAsync(string[] args, CancellationToken cancellationToken)
    {
        var files = Directory.EnumerateFiles(args[0], "*.pdf", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToList();
        var chosen = args.Length > 1 ? [.. args[1..].Select(name => files.Single(f => f.EndsWith(name, StringComparison.Ordinal)))] : files;
        await using var stack = await HttpStack.StartAsync(replicas: 1, hasWorker: true, cancellationToken);
        using var client = new HttpClient { BaseAddress = stack.Addresses[0] };
        Console.WriteLine($"{chosen.Count} PDFs, {chosen.Sum(f => new FileInfo(f).Length) / 1e6:F1} MB.");
        Console.WriteLine();
        Console.WriteLine("| run | uploaded s | extracted s | chunked s | embedded s | indexed s | found s | indexed | failed | pages |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|");
        for (var run = 1; run <= 3; run++)
        {
            var project = await client.NewProjectAsync($"run {run}", cancellationToken);
            await MeasureAsync(client, project, chosen, run, cancellationToken);
        }
    }

    private static async Task MeasureAsync(
        HttpClient client,
        long project,
        List<string> files,
        int run,
        CancellationToken cancellationToken
    )
    {
        var watch = Stopwatch.StartNew();
        var (session, task) = await client.UploadAsync(project, files, cancellationToken);
        var uploaded = watch.Elapsed.TotalSeconds;
        var left = new double[s_stages.Length];
        await foreach (var progress in EventsAsync(client, task, cancellationToken))
        {
            for (var stage = 0; stage < s_stages.Length; stage++)
            {
                if (left[stage] == 0 && progress.GetProperty("sourceRead").GetBoolean() && !IsOpen(progress, stage))
                {
                    left[stage] = watch.Elapsed.TotalSeconds;
                }
            }
        }

        while (
            (await client.GetJsonAsync($"/api/v1/projects/{project}/search?q=the&mode=hybrid", cancellationToken))
                .GetProperty("results")
                .GetArrayLength() == 0
        )
        {
            await Task.Delay(10, cancellationToken);
        }

        var found = watch.Elapsed.TotalSeconds;
        var counts = (await client.GetJsonAsync($"/api/v1/sessions/{session}", cancellationToken)).GetProperty("counts");
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"| {run} | {uploaded:F2} | {left[0]:F2} | {left[1]:F2} | {left[2]:F2} | {left[3]:F2} | {found:F2} | {counts.GetProperty("indexed")} | {counts.GetProperty("failed")} | {counts.GetProperty("pages")} |"
            )
        );
    }

    /// <summary>Whether a document is in this stage or before it.</summary>
    private static bool IsOpen(JsonElement progress, int stage) =>
        progress
            .GetProperty("stages")
            .EnumerateArray()
            .Any(count =>
                count.GetProperty("state").GetString() is "pending" or "leased"
                && Array.IndexOf(s_stages, count.GetProperty("stage").GetString()) <= stage
            );

    private static async IAsyncEnumerable<JsonElement> EventsAsync(
        HttpClient client,
        long task,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await using var stream = await client.GetStreamAsync($"/api/v1/tasks/{task}/events", cancellationToken);
        using var reader = new StreamReader(stream);
        var name = "";
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            name = line.StartsWith("event: ", StringComparison.Ordinal) ? line[7..] : name;
            if (name == "progress" && line.StartsWith("data: ", StringComparison.Ordinal))
            {
                yield return JsonSerializer.Deserialize<JsonElement>(line[6..]);
            }
        }
    }
}
