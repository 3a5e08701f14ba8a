using Npgsql;
using RagPy.Core.Embedding;
using RagPy.Core.Extraction;
using RagPy.Core.Storage;

namespace RagPy.Core.Pipeline;

/// <summary>A document that came out of extraction with pages to be recognised.</summary>
/// <param name="Base">Key of the extraction of the text layer.</param>
/// <param name="From">The extraction that is built upon: the same, or what an earlier recognition of the file made of it.</param>
/// <param name="Pages">Pages to be read, with their size.</param>
/// <param name="Language"><c>fr</c>, <c>en</c> or empty: the item's, else that of title and pages with text.</param>
internal sealed record RecognitionInput(
    BlobReference File,
    ExtractionKey Base,
    long From,
    string FromOptions,
    DocumentStructure Structure,
    IReadOnlyDictionary<int, (float Width, float Height)> Pages,
    string Language
)
{
    private const int LanguageSample = 20_000;

    /// <summary>Reads it; null when the document or its extraction is gone.</summary>
    /// <param name="readsAll">Pages with a good text layer are to be read too.</param>
    public static async Task<RecognitionInput?> ReadAsync(
        NpgsqlConnection connection,
        ClaimedItem item,
        bool readsAll,
        CancellationToken cancellationToken
    )
    {
        const string sql = """
            SELECT d.file_length, b.file_hash, b.engine, b.engine_version, i.language, i.title, f.id, f.options, f.structure
            FROM documents d JOIN items i ON i.id = d.item_id
            JOIN extractions b ON b.id = $2 AND b.file_hash = d.file_hash
            CROSS JOIN LATERAL (
                SELECT x.id, x.options, x.structure FROM extractions x
                WHERE x.project_id = b.project_id AND x.file_hash = b.file_hash AND x.engine = b.engine AND x.engine_version = b.engine_version
                ORDER BY x.needs_ocr_pages, x.options = '', x.id DESC LIMIT 1) f
            WHERE d.id = $1
            """;
        BlobReference file;
        ExtractionKey key;
        (string Language, string Title) known;
        (long Id, string Options, DocumentStructure Structure) from;
        await using (var command = Sql.Command(connection, sql, item.DocumentId, item.ExtractionId))
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            if (!await reader.ReadAsync(cancellationToken))
            {
                return null;
            }

            var hash = reader.GetString(1);
            file = new BlobReference(hash, reader.GetInt64(0));
            key = new ExtractionKey(item.ProjectId, hash, reader.GetString(2), reader.GetString(3), DocumentVersions.ExtractionOptions);
            known = (reader.GetString(4), reader.GetString(5));
            from = (reader.GetInt64(6), reader.GetString(7), ExtractionWriter.Parse(reader.GetString(8)));
        }

        var pages = await ReadPagesAsync(connection, from.Id, key.Engine, readsAll, cancellationToken);
        var sample = $"{known.Title}\n{await ReadSampleAsync(connection, from.Id, cancellationToken)}";
        var language = LanguageDetector.Resolve(known.Language, sample);
        return new RecognitionInput(file, key, from.Id, from.Options, from.Structure, pages, language);
    }

    /// <summary>Whether someone began earlier to recognise the same file of this project, and has not ended.</summary>
    public async Task<bool> IsUnderWayElsewhereAsync(NpgsqlConnection connection, ClaimedItem item, CancellationToken cancellationToken)
    {
        const string sql = """
            SELECT EXISTS (
                SELECT FROM work_items o JOIN documents d ON d.id = o.document_id, work_items w
                WHERE w.id = $1 AND o.id <> w.id AND o.stage = $2 AND o.state = 2 AND o.project_id = $3 AND d.file_hash = $4
                  AND (o.updated_at, o.id) < (w.updated_at, w.id))
            """;
        await using var command = Sql.Command(connection, sql, item.Id, (int)Stage.Recognize, item.ProjectId, File.Sha256);
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }

    private static async Task<Dictionary<int, (float Width, float Height)>> ReadPagesAsync(
        NpgsqlConnection connection,
        long extraction,
        string engine,
        bool readsAll,
        CancellationToken cancellationToken
    )
    {
        const string sql = """
            SELECT page_index, width, height FROM pages WHERE extraction_id = $1 AND (needs_ocr OR ($3 AND engine = $2)) ORDER BY page_index
            """;
        await using var command = Sql.Command(connection, sql, extraction, engine, readsAll);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var pages = new Dictionary<int, (float Width, float Height)>();
        while (await reader.ReadAsync(cancellationToken))
        {
            pages[reader.GetInt32(0)] = (reader.GetFloat(1), reader.GetFloat(2));
        }

        return pages;
    }

    private static async Task<string> ReadSampleAsync(NpgsqlConnection connection, long extraction, CancellationToken cancellationToken)
    {
        const string sql = """
            SELECT coalesce(string_agg(t, ' '), '') FROM (
                SELECT left(text, 2000) AS t FROM pages WHERE extraction_id = $1 AND NOT needs_ocr ORDER BY page_index LIMIT 10) s
            """;
        await using var command = Sql.Command(connection, sql, extraction);
        var sample = (string)(await command.ExecuteScalarAsync(cancellationToken))!;
        return sample.Length <= LanguageSample ? sample : sample[..LanguageSample];
    }
}
