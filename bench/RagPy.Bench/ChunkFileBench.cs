using System.Diagnostics;
using System.Globalization;
using System.Text;
using RagPy.Core.Sources;

namespace RagPy.Bench;

/// <summary>
/// A chunk file with vectors of 3,072 components, laid out as Python's <c>json.dump(indent=2)</c> does, one number a line, written for the purpose and read as a
/// source with every document's bytes taken: time, and the largest memory of the process.
/// </summary>
internal static class ChunkFileBench
{
    private const int Dimension = 3072;
    private const int ChunksOfDocument = 20;

    public static async Task RunAsync(string[] args, CancellationToken cancellationToken)
    {
        var bytes = long.Parse(args[0], CultureInfo.InvariantCulture) * 1_000_000;
        var folder = Directory.CreateTempSubdirectory("ragpy-bench-");
        try
        {
            var path = Path.Combine(folder.FullName, "output_chunks_with_embeddings.json");
            await WriteAsync(path, bytes, cancellationToken);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"before: {Environment.WorkingSet / 1e6:0} MB resident"));
            await ReadAsync(path, cancellationToken);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task WriteAsync(string path, long bytes, CancellationToken cancellationToken)
    {
        await using var writer = new StreamWriter(path, append: false, new UTF8Encoding(false), 1 << 20);
        var random = new Random(1);
        var text = string.Concat(Enumerable.Repeat("La marée monte, « vite », et l'écluse s'ouvre; the tide fills the pond. ", 50))
            .TrimEnd();
        var entry = new StringBuilder();
        for (var chunk = 0; writer.BaseStream.Position < bytes || chunk % ChunksOfDocument != 0; chunk++)
        {
            var (document, index) = (100_000_000_000 + (chunk / ChunksOfDocument), (chunk % ChunksOfDocument) + 1);
            entry.Clear();
            entry.Append(chunk == 0 ? "[\n" : ",\n");
            entry.Append(
                CultureInfo.InvariantCulture,
                $"  {{\n    \"id\": \"{document}_{index}\",\n    \"doc_id\": \"{document}\",\n    \"chunk_index\": {index},\n    \"total_chunks\": {ChunksOfDocument},\n    \"text\": \"{chunk} {text}\",\n    \"itemKey\": \"K{chunk / ChunksOfDocument:0000000}\",\n    \"title\": \"A title\",\n    \"date\": 2020,\n    \"authors\": \"Doe Jane\",\n    \"filename\": \"f.pdf\",\n    \"texteocr_provider\": \"mistral\",\n    \"embedding\": [\n"
            );
            for (var i = 0; i < Dimension; i++)
            {
                entry.Append(
                    CultureInfo.InvariantCulture,
                    $"      {(random.NextDouble() - 0.5) / 16:R}{(i + 1 < Dimension ? ",\n" : "\n")}"
                );
            }

            entry.Append("    ]\n  }");
            await writer.WriteAsync(entry, cancellationToken);
        }

        await writer.WriteAsync("\n]".AsMemory(), cancellationToken);
    }

    private static async Task ReadAsync(string path, CancellationToken cancellationToken)
    {
        var (documents, taken) = (0, 0L);
        var size = new FileInfo(path).Length;
        var buffer = new byte[1 << 16];
        var before = Environment.CpuUsage.TotalTime;
        var watch = Stopwatch.StartNew();
        await using var source = SourceFactory.Open(path);
        await foreach (var document in source.ReadAsync(cancellationToken))
        {
            await using var content = await document.File!.OpenAsync(cancellationToken);
            for (int read; (read = await content.ReadAsync(buffer, cancellationToken)) > 0; )
            {
                taken += read;
            }

            documents++;
        }

        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{size / 1e6:0} MB, {documents} documents, {documents * ChunksOfDocument} chunks, {taken / 1e6:0} MB of documents in {watch.Elapsed.TotalSeconds:0.0} s: {size / 1e6 / watch.Elapsed.TotalSeconds:0} MB/s; processor {(Environment.CpuUsage.TotalTime - before).TotalSeconds:0.0} s; at most {Process.GetCurrentProcess().PeakWorkingSet64 / 1e6:0} MB resident"
            )
        );
    }
}
