using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using RagPy.Core.Extraction;

namespace RagPy.Core.Pipeline;

/// <summary>Finds and writes extractions. Pages go by binary COPY as they come, so memory holds one page.</summary>
internal sealed class ExtractionWriter(TimeProvider time)
{
    public const string CopyPages =
        "COPY pages (extraction_id, page_index, label, engine, text, width, height, geometry, needs_ocr) FROM STDIN (FORMAT binary)";

    /// <summary>The finished extraction of this key, or null.</summary>
    public async Task<StoredExtraction?> FindAsync(NpgsqlConnection connection, ExtractionKey key, CancellationToken cancellationToken)
    {
        const string sql = """
            SELECT x.id, x.structure, x.page_count, x.needs_ocr_pages,
                   EXISTS (SELECT FROM pages p WHERE p.extraction_id = x.id AND NOT p.needs_ocr AND p.text ~ '\S')
            FROM extractions x
            WHERE x.project_id = $1 AND x.file_hash = $2 AND x.engine = $3 AND x.engine_version = $4 AND x.options = $5
            """;
        await using var command = Sql.Command(connection, sql, key.ProjectId, key.FileHash, key.Engine, key.Version, key.Options);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
        {
            return null;
        }

        return new StoredExtraction(
            reader.GetInt64(0),
            reader.GetInt32(2),
            reader.GetInt32(3),
            reader.GetBoolean(4) ? null : Parse(reader.GetString(1)).FailureWithoutText()
        );
    }

    /// <summary>
    /// Writes an extraction. When another worker writes the same one in this moment, waits for it and takes its result; when that one failed, makes it
    /// after all. Part of the caller's transaction.
    /// </summary>
    /// <exception cref="DocumentFailedException">The extractor's.</exception>
    public async Task<StoredExtraction> WriteAsync(
        NpgsqlConnection connection,
        ExtractionKey key,
        IAsyncEnumerable<ExtractedPart> parts,
        CancellationToken cancellationToken
    )
    {
        if (await ReserveAsync(connection, key, cancellationToken) is not { } id)
        {
            return await FindAsync(connection, key, cancellationToken)
                ?? throw new TransientFailureException(
                    new Failure(FailureCode.Internal, "An extraction of the same file was removed meanwhile.")
                );
        }

        DocumentStructure? structure = null;
        var (hasText, needsOcr) = (false, 0);
        await using (var importer = await connection.BeginBinaryImportAsync(CopyPages, cancellationToken))
        {
            await foreach (var part in parts.WithCancellation(cancellationToken))
            {
                if (part is ExtractedPage page)
                {
                    hasText |= !page.NeedsOcr && !string.IsNullOrWhiteSpace(page.Text);
                    needsOcr += page.NeedsOcr ? 1 : 0;
                    await WritePageAsync(importer, id, page, cancellationToken);
                }
                else
                {
                    structure = (DocumentStructure)part;
                }
            }

            await importer.CompleteAsync(cancellationToken);
        }

        if (structure is null)
        {
            throw new DocumentFailedException(FailureCode.Crash, "The extractor ended before it had read the whole file.");
        }

        await CompleteAsync(connection, id, structure, needsOcr, cancellationToken);
        return new StoredExtraction(id, structure.PageCount, needsOcr, hasText ? null : structure.FailureWithoutText());
    }

    /// <summary>Writes what is known when all pages are there.</summary>
    public static async Task CompleteAsync(
        NpgsqlConnection connection,
        long id,
        DocumentStructure structure,
        int needsOcr,
        CancellationToken cancellationToken
    )
    {
        const string sql = "UPDATE extractions SET structure = $2, page_count = $3, needs_ocr_pages = $4 WHERE id = $1";
        await using var command = Sql.Command(connection, sql, id, JsonSerializer.Serialize(structure), structure.PageCount, needsOcr);
        command.Parameters[1].NpgsqlDbType = NpgsqlDbType.Jsonb;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Reads what <see cref="WriteAsync"/> stored.</summary>
    public static DocumentStructure Parse(string structure) =>
        JsonSerializer.Deserialize<DocumentStructure>(structure) ?? throw new InvalidDataException("A stored document structure is null.");

    /// <summary>Takes the key; null when it is taken. Waits, without a time limit of its own, for another transaction that is about to take it.</summary>
    public async Task<long?> ReserveAsync(NpgsqlConnection connection, ExtractionKey key, CancellationToken cancellationToken)
    {
        const string sql = """
            INSERT INTO extractions (project_id, file_hash, engine, engine_version, options, page_count, needs_ocr_pages, structure, created_at)
            VALUES ($1, $2, $3, $4, $5, 0, 0, '{}', $6) ON CONFLICT DO NOTHING RETURNING id
            """;
        await using var command = Sql.Command(
            connection,
            sql,
            key.ProjectId,
            key.FileHash,
            key.Engine,
            key.Version,
            key.Options,
            time.GetUtcNow()
        );
        command.CommandTimeout = 0;
        return (long?)await command.ExecuteScalarAsync(cancellationToken);
    }

    /// <summary>Adds a page to a COPY of <see cref="CopyPages"/>.</summary>
    public static async Task WritePageAsync(
        NpgsqlBinaryImporter importer,
        long extractionId,
        ExtractedPage page,
        CancellationToken cancellationToken
    )
    {
        await importer.StartRowAsync(cancellationToken);
        await importer.WriteAsync(extractionId, NpgsqlDbType.Bigint, cancellationToken);
        await importer.WriteAsync(page.Index, NpgsqlDbType.Integer, cancellationToken);
        if (page.Label is null)
        {
            await importer.WriteNullAsync(cancellationToken);
        }
        else
        {
            await importer.WriteAsync(page.Label, NpgsqlDbType.Text, cancellationToken);
        }

        await importer.WriteAsync(page.Engine, NpgsqlDbType.Text, cancellationToken);
        await importer.WriteAsync(page.Text, NpgsqlDbType.Text, cancellationToken);
        await importer.WriteAsync(page.Width, NpgsqlDbType.Real, cancellationToken);
        await importer.WriteAsync(page.Height, NpgsqlDbType.Real, cancellationToken);
        await importer.WriteAsync(page.Geometry, NpgsqlDbType.Bytea, cancellationToken);
        await importer.WriteAsync(page.NeedsOcr, NpgsqlDbType.Boolean, cancellationToken);
    }
}
