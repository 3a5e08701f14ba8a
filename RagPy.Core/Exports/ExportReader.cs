using System.Data;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json;
using Npgsql;
using RagPy.Core.Chunking;
using RagPy.Core.Embedding;
using RagPy.Core.Extraction;
using RagPy.Core.Projects;
using RagPy.Core.Sources;

namespace RagPy.Core.Exports;

/// <summary>Reads a session for export, little by little, over a connection whose transaction sees one state of the database.</summary>
internal sealed class ExportReader(NpgsqlConnection connection, long sessionId)
{
    private const int DocumentsAtOnce = 100;

    internal async Task<bool> ExistsAsync(CancellationToken cancellationToken)
    {
        await using var command = Command("SELECT 1 FROM sessions WHERE id = $1", sessionId);

        return await command.ExecuteScalarAsync(cancellationToken) is not null;
    }

    /// <summary>Indexed files in the order of the source. Other commands may run between two documents.</summary>
    internal async IAsyncEnumerable<ExportedDocument> DocumentsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var documents = await NextDocumentsAsync(-1, Guid.Empty, cancellationToken);
        while (documents.Count > 0)
        {
            foreach (var document in documents)
                yield return document;

            documents = await NextDocumentsAsync(documents[^1].Position, documents[^1].Id, cancellationToken);
        }
    }

    /// <summary>Text of each page that has any, without running heads, footers and page numbers.</summary>
    internal async IAsyncEnumerable<string> PagesAsync(
        ExportedDocument document,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        if (document.ExtractionId is not { } extraction)
            yield break;

        var furniture = await FurnitureAsync(extraction, cancellationToken);
        await using var command = Command("SELECT page_index, text FROM pages WHERE extraction_id = $1 ORDER BY page_index", extraction);
        await using var reader = await command.ExecuteReaderAsync(CommandBehavior.SequentialAccess, cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            TextRegion[] regions = [.. furniture[reader.GetInt32(0)].OrderBy(region => region.Start)];
            var text = reader.GetString(1);
            var parts = PageSections.Cut(text, regions);
            if (parts.Count > 0)
                yield return string.Join('\n', parts.Select(part => text[part.Start..part.End]));
        }
    }

    /// <summary>
    /// Chunks of the current generation, cleaned up where they were, with the vectors that the file has. One that the embedder refused has no dense vector; the
    /// original's next stage skips it.
    /// </summary>
    internal async IAsyncEnumerable<ExportedChunk> ChunksAsync(
        ExportedDocument document,
        ExportFile file,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var (hasDense, hasSparse) = (file >= ExportFile.DenseVectors, file >= ExportFile.SparseVectors);
        await using var command = Command(
            $"""
            SELECT ordinal, coalesce(clean_text, text), {(hasDense ? "dense" : "NULL::bytea")}, {(hasSparse ? "sparse" : "NULL::bytea")}
            FROM chunks WHERE document_id = $1 AND generation = $2 ORDER BY ordinal
            """,
            document.Id,
            document.Generation
        );
        await using var reader = await command.ExecuteReaderAsync(CommandBehavior.SequentialAccess, cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var number = reader.GetInt32(0) + 1;
            var text = reader.GetString(1);
            var dense = hasDense && !reader.IsDBNull(2) ? MemoryMarshal.Cast<byte, float>(reader.GetFieldValue<byte[]>(2)).ToArray() : null;
            var sparse = hasSparse ? SparseVectorCodec.Decode(Vector(reader, 3, document.Id)) : null;

            yield return new ExportedChunk(number, text, dense, sparse);
        }
    }

    private static byte[] Vector(NpgsqlDataReader reader, int column, Guid document) =>
        reader.IsDBNull(column)
            ? throw new InvalidDataException($"Document {document} is indexed but one of its chunks has no vector.")
            : reader.GetFieldValue<byte[]>(column);

    private async Task<List<ExportedDocument>> NextDocumentsAsync(int position, Guid id, CancellationToken cancellationToken)
    {
        await using var command = Command(
            """
            SELECT d.id, d.generation, d.extraction_id, s.position,
                (SELECT count(*)::int FROM chunks c WHERE c.document_id = d.id AND c.generation = d.generation),
                CASE WHEN i.zotero_key <> '' THEN i.zotero_key WHEN starts_with(i.source_key, 'csv/') THEN substr(i.source_key, 5)
                     WHEN starts_with(i.source_key, 'chunks/') THEN split_part(i.source_key, '/', 2) ELSE '' END, i.type, i.title, i.abstract, i.date, i.url, i.doi, i.creators::text,
                d.file_name, d.source_path, d.attachment_title, d.content_type,
                (SELECT CASE WHEN min(p.engine) = max(p.engine) THEN min(p.engine) END FROM pages p
                 WHERE p.extraction_id = d.extraction_id AND NOT p.needs_ocr AND p.text <> '')
            FROM session_documents s
            JOIN documents d ON d.id = s.document_id
            JOIN items i ON i.id = d.item_id
            WHERE s.session_id = $1 AND (s.position, s.document_id) > ($2, $3) AND d.kind = $4 AND d.generation IS NOT NULL
            ORDER BY s.position, s.document_id
            LIMIT $5
            """,
            sessionId,
            position,
            id,
            (int)DocumentKind.File,
            DocumentsAtOnce
        );
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var documents = new List<ExportedDocument>();
        while (await reader.ReadAsync(cancellationToken))
            documents.Add(Document(reader));

        return documents;
    }

    private static ExportedDocument Document(NpgsqlDataReader reader)
    {
        var creators = JsonSerializer.Deserialize<Creator[]>(reader.GetString(12)) ?? [];
        string[] fields =
        [
            .. Enumerable.Range(5, 7).Select(reader.GetString),
            string.Join(", ", creators.Select(creator => creator.ToString())),
            .. Enumerable.Range(13, 3).Select(reader.GetString),
        ];

        return new ExportedDocument(
            reader.GetGuid(0),
            reader.GetGuid(1),
            reader.IsDBNull(2) ? null : reader.GetInt64(2),
            reader.GetInt32(3),
            fields,
            OriginalProvider.Of(reader.GetString(16), reader.IsDBNull(17) ? null : reader.GetString(17)),
            reader.GetInt32(4)
        );
    }

    private async Task<ILookup<int, TextRegion>> FurnitureAsync(long extraction, CancellationToken cancellationToken)
    {
        await using var command = Command("SELECT structure::text FROM extractions WHERE id = $1", extraction);
        var json = await command.ExecuteScalarAsync(cancellationToken) as string;
        var structure = json is null ? null : JsonSerializer.Deserialize<DocumentStructure>(json);

        return (structure?.Regions ?? []).Where(region => region.Kind == RegionKind.Furniture).ToLookup(region => region.PageIndex);
    }

    private NpgsqlCommand Command(string sql, params ReadOnlySpan<object> values)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });

        return command;
    }
}
