using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using RagPy.Core.Pipeline;
using RagPy.Core.Sources;

namespace RagPy.Core.Projects;

/// <summary>Reads documents as pages show them, and their stored pages.</summary>
public sealed class DocumentReader(NpgsqlDataSource dataSource, ProjectAccess access)
{
    /// <summary>The work item in hand says more about the state than the document's own row, which is written when it begins and ends.</summary>
    private const string Columns = """
        SELECT d.id, d.project_id, coalesce(nullif(i.zotero_key, ''), i.source_key), i.title, i.creators::text, i.years, i.type, d.file_name, d.file_hash,
               d.file_length, d.kind, coalesce(w.stage, d.stage), CASE WHEN w.state = 2 THEN 1 ELSE d.state - (d.state = 1)::int END,
               d.failure_code, d.failure_reason,
               d.state = 3 AND d.kind = 1 AND EXISTS (
                   SELECT FROM documents a WHERE a.item_id = d.item_id AND a.kind = 2 AND a.generation IS NOT NULL),
               d.page_count, d.needs_ocr_pages, CASE WHEN d.generation IS NULL THEN 0 ELSE d.chunk_count END,
               CASE WHEN d.needs_ocr_pages > 0 THEN
                   (SELECT jsonb_build_object('NeedsOcrPages', x.structure->'NeedsOcrPages', 'Unread', x.structure->'Unread')::text
                    FROM extractions x WHERE x.id = d.extraction_id) END,
               CASE WHEN d.generation IS NULL THEN 0 ELSE d.chunks_without_vector END,
               CASE WHEN d.chunks_without_vector > 0 THEN
                   (SELECT jsonb_object_agg(r.reason, r.passages)::text FROM (
                        SELECT c.vector_failure_reason AS reason, array_agg(c.ordinal + 1 ORDER BY c.ordinal) AS passages
                        FROM chunks c WHERE c.document_id = d.id AND c.generation = d.generation AND c.vector_failure_reason IS NOT NULL
                        GROUP BY c.vector_failure_reason ORDER BY min(c.ordinal) LIMIT 20) r) END
        """;

    private const string Tables = """
        JOIN items i ON i.id = d.item_id
        LEFT JOIN work_items w ON w.document_id = d.id AND w.state IN (1, 2)
        """;

    private const string ListSql = $"""
        {Columns}, l.position
        FROM session_documents l JOIN documents d ON d.id = l.document_id
        {Tables}
        WHERE l.session_id = $1 AND (l.position, l.document_id) > ($2, $3)
          AND ($4::int IS NULL OR CASE WHEN w.state = 2 THEN 1 ELSE d.state - (d.state = 1)::int END = $4)
        ORDER BY l.position, l.document_id LIMIT $5
        """;

    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web);

    private const string OneSql = $"{Columns}, 0 FROM documents d {Tables} WHERE d.id = $1";

    /// <summary>Documents of a session, in the order of the source.</summary>
    /// <param name="after">Position and id of the last document seen; null to begin.</param>
    /// <param name="limit">Most documents wanted.</param>
    /// <exception cref="NotFoundException">No such session for this person.</exception>
    public async Task<IReadOnlyList<DocumentOverview>> ListAsync(
        long personId,
        long sessionId,
        DocumentProgress? state,
        (int Position, Guid Id)? after,
        int limit,
        CancellationToken cancellationToken
    )
    {
        await access.RequireSessionAsync(personId, sessionId, ProjectRole.Viewer, cancellationToken);
        var (position, id) = after ?? (-1, Guid.Empty);
        await using var command = Sql.Command(dataSource, ListSql, sessionId, position, id, (int?)state, limit);
        command.Parameters[3].NpgsqlDbType = NpgsqlDbType.Integer;
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var documents = new List<DocumentOverview>();
        while (await reader.ReadAsync(cancellationToken))
        {
            documents.Add(Read(reader));
        }

        return documents;
    }

    /// <summary>One document.</summary>
    /// <exception cref="NotFoundException">No such document for this person.</exception>
    public async Task<DocumentOverview> GetAsync(long personId, Guid documentId, CancellationToken cancellationToken)
    {
        await access.RequireDocumentAsync(personId, documentId, ProjectRole.Viewer, cancellationToken);
        await using var command = Sql.Command(dataSource, OneSql, documentId);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? Read(reader) : throw new NotFoundException("document", documentId);
    }

    /// <summary>The stored text of one page.</summary>
    /// <param name="pageIndex">1-based.</param>
    /// <exception cref="NotFoundException">No such document for this person, or no such page in it.</exception>
    public async Task<PageContent> GetPageAsync(long personId, Guid documentId, int pageIndex, CancellationToken cancellationToken)
    {
        var document = await access.RequireDocumentAsync(personId, documentId, ProjectRole.Viewer, cancellationToken);
        const string sql = "SELECT label, width, height, text, engine, needs_ocr FROM pages WHERE extraction_id = $1 AND page_index = $2";
        await using var command = Sql.Command(dataSource, sql, document.ExtractionId ?? 0, pageIndex);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new PageContent(
                pageIndex,
                await reader.IsDBNullAsync(0, cancellationToken) ? null : reader.GetString(0),
                reader.GetFloat(1),
                reader.GetFloat(2),
                reader.GetString(3),
                reader.GetString(4),
                reader.GetBoolean(5)
            )
            : throw new NotFoundException("page", pageIndex);
    }

    private static DocumentOverview Read(NpgsqlDataReader reader)
    {
        var years = reader.GetFieldValue<int[]>(5);
        return new DocumentOverview(
            reader.GetGuid(0),
            reader.GetInt64(1),
            reader.GetString(2),
            reader.GetString(3),
            JsonSerializer.Deserialize<Creator[]>(reader.GetString(4), s_json) ?? [],
            years.Length > 0 ? years[0] : null,
            reader.GetString(6),
            reader.GetString(7),
            reader.IsDBNull(8) ? null : reader.GetString(8),
            reader.GetInt64(9),
            (DocumentKind)reader.GetInt32(10),
            (Stage)reader.GetInt32(11),
            (DocumentProgress)reader.GetInt32(12),
            reader.IsDBNull(13) ? null : new Failure((FailureCode)reader.GetInt32(13), reader.IsDBNull(14) ? "" : reader.GetString(14)),
            reader.GetBoolean(15),
            reader.GetInt32(16),
            reader.GetInt32(17),
            reader.GetInt32(18),
            reader.GetInt32(22)
        )
        {
            ChunksWithoutVector = reader.GetInt32(20),
            PassagesWithoutVector = reader.IsDBNull(21) ? [] : RefusedPassages.Describe(reader.GetString(21)),
            PagesWithoutText = reader.IsDBNull(19) ? [] : MissingPages.Describe(reader.GetString(19)),
        };
    }
}
