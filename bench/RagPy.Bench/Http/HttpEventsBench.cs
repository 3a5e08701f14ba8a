using System.Globalization;
using System.Text.Json;
using RagPy.Bench.Http;

namespace RagPy.Bench;

/// <summary>
/// A hundred listeners of a task over two replicas. The delay of an update is from the moment at which the database wrote it to the moment at which a listener has it; every
/// listener loses its connection once and goes on at the other replica.
/// </summary>
internal static class HttpEventsBench
{
    private const int Listeners = 100;

    public static async Task RunAsync(string[] args, CancellationToken cancellationToken)
    {
        var files = Directory.EnumerateFiles(args[0], "*.pdf", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Take(60).ToList();
        await using var stack = await HttpStack.StartAsync(replicas: 2, hasWorker: true, cancellationToken);
        using var first = new HttpClient { BaseAddress = stack.Addresses[0], Timeout = TimeSpan.FromMinutes(10) };
        using var second = new HttpClient { BaseAddress = stack.Addresses[1], Timeout = TimeSpan.FromMinutes(10) };
        var project = await first.NewProjectAsync("events", cancellationToken);
        var cpu = stack.ServerCpu;
        var (session, task) = await first.UploadAsync(project, files, cancellationToken);
        var seen = await Task.WhenAll(
            Enumerable.Range(0, Listeners).Select(i => ListenAsync(i % 2 == 0 ? [first, second] : [second, first], task, cancellationToken))
        );
        var written = await WrittenAsync(stack, task, cancellationToken);
        var delays = seen.SelectMany(listener =>
                listener.Where(s => written.ContainsKey(s.Key)).Select(s => (s.Value - written[s.Key]).TotalMilliseconds)
            )
            .ToList();
        var missing = seen.Sum(listener => written.Count - listener.Count(s => written.ContainsKey(s.Key)));
        Console.WriteLine("| listeners | documents | ends seen | ends missed | p50 ms | p95 ms | max ms | server CPU s |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|");
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"| {Listeners} | {written.Count} | {delays.Count} | {missing} | {HttpCalls.Percentile(delays, 0.5):F0} | {HttpCalls.Percentile(delays, 0.95):F0} | {delays.Max():F0} | {(stack.ServerCpu - cpu).TotalSeconds:F1} |"
            )
        );
        _ = session;
    }

    /// <summary>When the listener learned how each document ended.</summary>
    private static async Task<Dictionary<Guid, DateTimeOffset>> ListenAsync(
        HttpClient[] replicas,
        long task,
        CancellationToken cancellationToken
    )
    {
        var ends = new Dictionary<Guid, DateTimeOffset>();
        var lastId = "";
        for (var connection = 0; ; connection++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/tasks/{task}/events?lastEventId={lastId}");
            using var response = await replicas[connection % 2]
                .SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken));
            var (name, events) = ("", 0);
            while (await reader.ReadLineAsync(cancellationToken) is { } line)
            {
                name = line.StartsWith("event: ", StringComparison.Ordinal) ? line[7..] : name;
                lastId = line.StartsWith("id: ", StringComparison.Ordinal) ? line[4..] : lastId;
                if (name == "documents" && line.StartsWith("data: ", StringComparison.Ordinal))
                {
                    Take(ends, line[6..]);
                }
                else if (line.Length == 0 && name == "end")
                {
                    return ends;
                }

                // Cut once, in the middle, between two events.
                if (line.Length == 0 && connection == 0 && ++events == 8)
                {
                    break;
                }
            }
        }
    }

    private static void Take(Dictionary<Guid, DateTimeOffset> ends, string json)
    {
        var now = DateTimeOffset.UtcNow;
        foreach (var document in JsonSerializer.Deserialize<JsonElement>(json).EnumerateArray())
        {
            if (document.GetProperty("state").GetString() is "indexed" or "failed")
            {
                ends.TryAdd(document.GetProperty("id").GetGuid(), now);
            }
        }
    }

    /// <summary>When the database wrote how each document ended; what was there before anyone listened is left out.</summary>
    private static async Task<Dictionary<Guid, DateTimeOffset>> WrittenAsync(
        HttpStack stack,
        long task,
        CancellationToken cancellationToken
    )
    {
        await using var command = stack.Database.DataSource.CreateCommand(
            string.Create(
                CultureInfo.InvariantCulture,
                $"SELECT DISTINCT ON (document_id) document_id, updated_at FROM work_items WHERE task_id = {task} AND document_id IS NOT NULL AND state IN (3, 4) ORDER BY document_id, id DESC"
            )
        );
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var written = new Dictionary<Guid, DateTimeOffset>();
        while (await reader.ReadAsync(cancellationToken))
        {
            written[reader.GetGuid(0)] = reader.GetFieldValue<DateTimeOffset>(1);
        }

        return written;
    }
}
