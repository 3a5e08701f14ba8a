using System.Data;
using System.Text;
using Npgsql;
using RagPy.Core.Sources.Csv;

namespace RagPy.Core.Exports;

/// <summary>
/// Writes the files of the original for a session, in its exact shape (<c>docs/exports.md</c>), in memory that does not grow with the
/// session but for 16 bytes or so per document. What is not indexed is not in them.
/// </summary>
/// <param name="dataSource">The application's database.</param>
public sealed class OriginalExport(NpgsqlDataSource dataSource)
{
    private const int BufferSize = 1 << 16;

    private static readonly UTF8Encoding s_utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Writes one file, of the session's state at the moment of the call.</summary>
    /// <param name="output">Takes the bytes; flushed, not closed.</param>
    /// <exception cref="KeyNotFoundException">There is no such session; nothing was written.</exception>
    public async Task WriteAsync(ExportFile file, long sessionId, Stream output, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(output);
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        // One snapshot for all statements: a generation that is replaced meanwhile is exported whole.
        await using var snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        var reader = new ExportReader(connection, sessionId);
        if (!await reader.ExistsAsync(cancellationToken))
            throw new KeyNotFoundException($"There is no session {sessionId}.");

        await using var writer = new StreamWriter(output, s_utf8, BufferSize, leaveOpen: true);
        if (file == ExportFile.Texts)
            await WriteTextsAsync(reader, writer, cancellationToken);
        else
            await WriteChunksAsync(reader, file, writer, cancellationToken);

        await writer.FlushAsync(cancellationToken);
    }

    /// <summary>Writes all four files into a folder, which is created where it is missing; files of these names are replaced once complete.</summary>
    /// <exception cref="KeyNotFoundException">There is no such session.</exception>
    public async Task WriteAllAsync(string folder, long sessionId, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        foreach (var file in ExportFiles.All)
        {
            var path = Path.Combine(folder, file.FileName());
            var partial = path + ".partial";
            try
            {
                await using (var output = new FileStream(partial, FileMode.Create, FileAccess.Write, FileShare.None, 1, useAsync: true))
                    await WriteAsync(file, sessionId, output, cancellationToken);

                File.Move(partial, path, overwrite: true);
            }
            finally
            {
                File.Delete(partial);
            }
        }
    }

    private static async Task WriteTextsAsync(ExportReader reader, StreamWriter writer, CancellationToken cancellationToken)
    {
        var csv = new OriginalCsvWriter(writer);
        await csv.BeginAsync(cancellationToken);
        foreach (var column in OriginalColumns.All)
            await csv.WriteFieldAsync(column, cancellationToken);
        await csv.EndRecordAsync(cancellationToken);

        await foreach (var document in reader.DocumentsAsync(cancellationToken))
        {
            await using var pages = reader.PagesAsync(document, cancellationToken).GetAsyncEnumerator(cancellationToken);
            if (!await pages.MoveNextAsync())
                continue;

            // The original's stage 1 doubles backslashes; its copy of an uploaded CSV does not, and its next stage takes either as it is.
            csv.DoublesBackslashes = document.Provider != CsvText.DefaultProvider;
            foreach (var field in document.Fields)
                await csv.WriteFieldAsync(field, cancellationToken);
            await csv.WriteFieldAsync(pages, "\n\n", cancellationToken);
            await csv.WriteFieldAsync(document.Provider, cancellationToken);
            await csv.EndRecordAsync(cancellationToken);
        }
    }

    private static async Task WriteChunksAsync(
        ExportReader reader,
        ExportFile file,
        StreamWriter writer,
        CancellationToken cancellationToken
    )
    {
        var json = new OriginalJsonWriter();
        var ids = new OriginalDocumentIds();
        var separator = "[\n";
        await foreach (var document in reader.DocumentsAsync(cancellationToken))
        {
            var number = ids.Next(document.Id);
            await foreach (var chunk in reader.ChunksAsync(document, file, cancellationToken))
            {
                await writer.WriteAsync(separator.AsMemory(), cancellationToken);
                await writer.WriteAsync(json.Write(document, number, chunk), cancellationToken);
                separator = ",\n";
            }
        }

        await writer.WriteAsync((separator == "[\n" ? "[]" : "\n]").AsMemory(), cancellationToken);
    }
}
