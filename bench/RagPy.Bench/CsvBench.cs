using System.Diagnostics;
using System.Globalization;
using System.Text;
using RagPy.Core.Sources;

namespace RagPy.Bench;

/// <summary>A table of texts, written for the purpose, read row by row with every text opened: time, and the memory of the process over the rows.</summary>
internal static class CsvBench
{
    public static async Task RunAsync(string[] args, CancellationToken cancellationToken)
    {
        var bytes = long.Parse(args[0], CultureInfo.InvariantCulture) * 1_000_000;
        var folder = Directory.CreateTempSubdirectory("ragpy-bench-");
        try
        {
            var path = Path.Combine(folder.FullName, "texts.csv");
            await WriteAsync(path, bytes, cancellationToken);
            await ReadAsync(path, cancellationToken);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task WriteAsync(string path, long bytes, CancellationToken cancellationToken)
    {
        await using var writer = new StreamWriter(path, append: false, new UTF8Encoding(false));
        await writer.WriteLineAsync("Title;Authors;Date;texteocr");
        var paragraph = string.Concat(
            Enumerable.Repeat("La marée monte, \"\"vite\"\", et l'écluse s'ouvre ; the tide fills the pond.\n", 40)
        );
        for (var row = 1; writer.BaseStream.Position < bytes; row++)
        {
            var line = string.Create(CultureInfo.InvariantCulture, $"Row {row};Doe, Jane;{1900 + row % 120};\"{row} {paragraph}\"");
            await writer.WriteLineAsync(line.AsMemory(), cancellationToken);
        }
    }

    private static async Task ReadAsync(string path, CancellationToken cancellationToken)
    {
        var (rows, characters) = (0, 0L);
        var size = new FileInfo(path).Length;
        var watch = Stopwatch.StartNew();
        Console.WriteLine("| rows | seconds | resident, MB |");
        Console.WriteLine("|---|---|---|");
        await using var source = SourceFactory.Open(path);
        await foreach (var document in source.ReadAsync(cancellationToken))
        {
            await using var text = await document.File!.OpenAsync(cancellationToken);
            using var reader = new StreamReader(text);
            characters += (await reader.ReadToEndAsync(cancellationToken)).Length;
            if (++rows % 50_000 == 0)
            {
                Print(rows, watch.Elapsed);
            }
        }

        Print(rows, watch.Elapsed);
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"\n{size / 1e6:0} MB, {characters / 1e6:0} million characters of text: {size / 1e6 / watch.Elapsed.TotalSeconds:0} MB/s; processor {Environment.CpuUsage.TotalTime.TotalSeconds:0.0} s, writing the table included."
            )
        );
    }

    private static void Print(int rows, TimeSpan elapsed) =>
        Console.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"| {rows} | {elapsed.TotalSeconds:0.0} | {Environment.WorkingSet / 1e6:0} |")
        );
}
