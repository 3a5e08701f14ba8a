using System.Text.Json;
using RagPy.Core.Chunking;
using RagPy.Core.Estimates;
using RagPy.Core.Extraction;
using RagPy.Core.Pipeline;
using RagPy.Core.Settings;

namespace RagPy.Bench;

/// <summary>How many tokens the pages of PDFs have, as the application reads them; one line of JSON a file, for <c>bench/estimates/tokens.py</c>.</summary>
internal static class PageTokenBench
{
    private static readonly EnumerationOptions s_all = new() { RecurseSubdirectories = true, MatchCasing = MatchCasing.CaseInsensitive };

    /// <param name="folders">Each with PDFs below it.</param>
    public static async Task RunAsync(string[] folders, CancellationToken cancellationToken)
    {
        using var extractor = new ExtractorProcess(ExtractorOptions.From(RagPySettings.Load()));
        var counter = new TokenCounter();
        foreach (var path in folders.SelectMany(f => Directory.EnumerateFiles(f, "*.pdf", s_all)).Order(StringComparer.Ordinal))
        {
            try
            {
                var tokens = new List<int>();
                var unreadable = 0;
                await foreach (var part in extractor.ExtractAsync(path, cancellationToken))
                {
                    if (part is ExtractedPage page)
                    {
                        tokens.Add(counter.Count(page.Text));
                        unreadable += page.NeedsOcr ? 1 : 0;
                    }
                }

                await using var file = File.OpenRead(path);
                var counted = await PdfPageCount.ReadAsync(file, file.Length, cancellationToken);
                Write(
                    new
                    {
                        path,
                        pages = tokens.Count,
                        counted,
                        unreadable,
                        tokens,
                    }
                );
            }
            catch (DocumentFailedException failed)
            {
                Write(new { path, failure = failed.Failure.Code.ToWire() });
            }
        }
    }

    private static void Write<T>(T line) => Console.WriteLine(JsonSerializer.Serialize(line));
}
