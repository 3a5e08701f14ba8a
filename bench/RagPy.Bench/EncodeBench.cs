using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using RagPy.Core.Embedding;

namespace RagPy.Bench;

/// <summary>Analysis and offline embedding of chunks of about 4,000 characters made from a collection's texts, one thread, cold and warm.</summary>
internal static class EncodeBench
{
    private const int ChunkLength = 4_000;

    public static void Run(string[] args)
    {
        var chunks = Chunks(File.ReadLines(args[0])).ToList();
        var encoder = new ChunkEncoder();
        Console.WriteLine("| pass | chunks | chunks/s | MB/s |");
        Console.WriteLine("|---|---|---|---|");
        for (var pass = 1; pass <= 4; pass++)
        {
            var watch = Stopwatch.StartNew();
            foreach (var chunk in chunks)
            {
                encoder.Encode("Title", chunk, "");
            }

            var seconds = watch.Elapsed.TotalSeconds;
            var megabytes = chunks.Sum(c => (double)c.Length) / 1e6;
            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {pass} | {chunks.Count} | {chunks.Count / seconds:F0} | {megabytes / seconds:F1} |"
                )
            );
        }
    }

    private static IEnumerable<string> Chunks(IEnumerable<string> lines)
    {
        var text = new StringBuilder();
        foreach (var line in lines)
        {
            using var json = JsonDocument.Parse(line);
            text.Append(json.RootElement.GetProperty("text").GetString()).Append('\n');
            if (text.Length >= ChunkLength)
            {
                yield return text.ToString();
                text.Clear();
            }
        }
    }
}
