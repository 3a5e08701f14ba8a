using System.Globalization;
using RagPy.Core.Extraction.Recognition;
using RagPy.Core.Settings;

namespace RagPy.Bench;

/// <summary>Character error rate of Tesseract as the application uses it: pages rendered, read and put together as for a document that comes in.</summary>
internal static class OcrQualityBench
{
    private const float Width = 595;
    private const float Height = 842;

    /// <param name="args">Groups of a PDF, a text with what is on its pages, its language (<c>fr</c>, <c>en</c> or <c>unsure</c>) and the number of pages.</param>
    public static async Task RunAsync(string[] args, CancellationToken cancellationToken)
    {
        using var engine = new TesseractRecognizer(RagPySettings.Load());
        Console.WriteLine($"Engine: {(await engine.GetStateAsync(cancellationToken)).Version}");
        Console.WriteLine();
        Console.WriteLine("| file | language | pages | characters | errors | character error rate | seconds a page |");
        Console.WriteLine("|---|---|---|---|---|---|---|");
        foreach (var file in args.Chunk(4))
        {
            var pages = int.Parse(file[3], CultureInfo.InvariantCulture);
            var job = new RecognitionJob(
                Path.GetFullPath(file[0]),
                new FileInfo(file[0]).Length,
                pages,
                Enumerable.Range(1, pages).ToDictionary(page => page, _ => (Width, Height)),
                file[2] == "unsure" ? "" : file[2],
                "bench"
            );
            var begun = TimeProvider.System.GetTimestamp();
            await using var work = engine.Open(job);
            var texts = new List<string>();
            for (var page = 1; page <= pages; page++)
            {
                texts.Add((await work.ReadAsync([page], cancellationToken)).Pages[0].Text);
            }

            var seconds = TimeProvider.System.GetElapsedTime(begun).TotalSeconds / pages;
            var truth = Normalize(await File.ReadAllTextAsync(file[1], cancellationToken));
            var errors = Distance(truth, Normalize(string.Join('\n', texts)));
            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {Path.GetFileNameWithoutExtension(file[0])} | {file[2]} | {pages} | {truth.Length} | {errors} | {100.0 * errors / truth.Length:F2} % | {seconds:F1} |"
                )
            );
        }
    }

    /// <summary>Where lines end is no error: runs of white space count as one space.</summary>
    private static string Normalize(string text) =>
        string.Join(' ', text.Normalize().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    /// <summary>Levenshtein distance.</summary>
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, 1 + Math.Min(row[j], row[j - 1]));
            }
        }

        return row[b.Length];
    }
}
