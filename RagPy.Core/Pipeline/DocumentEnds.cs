using Npgsql;
using RagPy.Core.Storage;

namespace RagPy.Core.Pipeline;

/// <summary>What happens to a document's row, and to its item, when its way through the stages ends.</summary>
internal sealed class DocumentEnds(AbstractDocuments abstracts, TimeProvider time)
{
    /// <summary>
    /// A document that failed is out of the index: what is left of an earlier version is no longer what the source has. Except that a file which is still the
    /// same stays as it was when only its new vectors could not be had (another embedder, a provider that is away). $1 document, $2 stage, $3 code, $4 reason,
    /// $5 now, $6 work item.
    /// </summary>
    private const string FailSql = """
        WITH old AS (
            SELECT d.id, d.generation, x.id AS extraction_id, x.page_count, x.needs_ocr_pages,
                   $2::int IN (3, 4, 6) AND d.generation IS NOT NULL AND EXISTS (
                       SELECT FROM extractions c WHERE c.id = d.extraction_id AND c.file_hash = d.file_hash) AS stays
            FROM documents d LEFT JOIN extractions x ON x.id = (SELECT extraction_id FROM work_items WHERE id = $6)
            WHERE d.id = $1 FOR UPDATE OF d
        ),
        failed AS (
            UPDATE documents d
            SET state = 3, stage = $2, failure_code = $3, failure_reason = $4, updated_at = $5,
                generation = CASE WHEN old.stays THEN d.generation END,
                chunk_count = CASE WHEN old.stays THEN d.chunk_count ELSE 0 END,
                chunks_without_vector = CASE WHEN old.stays THEN d.chunks_without_vector ELSE 0 END,
                extraction_id = CASE WHEN old.stays THEN d.extraction_id ELSE old.extraction_id END,
                page_count = CASE WHEN old.stays THEN d.page_count ELSE coalesce(old.page_count, 0) END,
                needs_ocr_pages = CASE WHEN old.stays THEN d.needs_ocr_pages ELSE coalesce(old.needs_ocr_pages, 0) END
            FROM old WHERE d.id = old.id
            RETURNING d.id, d.project_id, d.item_id, d.kind, old.generation IS NOT NULL AND NOT old.stays AS was_indexed, old.stays
        ), noted AS (INSERT INTO stale_points (project_id, document_id) SELECT project_id, id FROM failed ON CONFLICT DO NOTHING),
        bumped AS (UPDATE projects SET index_version = index_version + 1 WHERE id IN (SELECT project_id FROM failed WHERE was_indexed))
        SELECT item_id, kind FROM failed WHERE NOT stays
        """;

    /// <summary>
    /// Completes the work items and makes their generations current, in one statement: what lost its lease is not in <c>done</c> and changes nothing.
    /// $1 items, $2 fences, $3 chunk counts, $4 now, $5 project, $6 chunks without a vector.
    /// </summary>
    private const string SwitchSql = """
        WITH done AS (
            UPDATE work_items w SET state = 3, worker_id = NULL, lease_until = NULL, updated_at = $4
            FROM unnest($1::bigint[], $2::bigint[], $3::int[], $6::int[]) AS i(id, fence, chunks, bare)
            WHERE w.id = i.id AND w.fence = i.fence AND w.state = 2
            RETURNING w.document_id, w.generation, w.extraction_id, w.embedder, i.chunks, i.bare
        ), switched AS (
            UPDATE documents d
            SET generation = done.generation, state = 2, stage = 4, failure_code = NULL, failure_reason = NULL, chunk_count = done.chunks, updated_at = $4,
                chunks_without_vector = done.bare,
                embedder = coalesce(done.embedder, ''),
                extraction_id = done.extraction_id, page_count = coalesce(x.page_count, 0), needs_ocr_pages = coalesce(x.needs_ocr_pages, 0)
            FROM done LEFT JOIN extractions x ON x.id = done.extraction_id
            WHERE d.id = done.document_id
            RETURNING d.id, d.item_id, d.kind
        ), bumped AS (UPDATE projects SET index_version = index_version + 1 WHERE id = $5 AND EXISTS (SELECT FROM switched))
        SELECT s.id, s.item_id, s.kind, old.generation IS NULL
        FROM switched s JOIN documents old ON old.id = s.id
        """;

    /// <summary>Ends a document with a reason; the work item was ended in the same transaction.</summary>
    public async Task FailAsync(
        NpgsqlConnection connection,
        ClaimedItem item,
        Guid documentId,
        Failure failure,
        CancellationToken cancellationToken
    )
    {
        var itemId = Guid.Empty;
        object?[] values = [documentId, (int)item.Stage, (int)failure.Code, failure.Reason, time.GetUtcNow(), item.Id];
        await using (var command = Sql.Command(connection, FailSql, values))
        {
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            if (await reader.ReadAsync(cancellationToken) && reader.GetInt32(1) == (int)Projects.DocumentKind.File)
            {
                itemId = reader.GetGuid(0);
            }
        }

        if (itemId != Guid.Empty)
        {
            await abstracts.EvaluateAsync(connection, item, [itemId], retry: false, cancellationToken);
        }
    }

    /// <summary>Makes finished generations current; part of the caller's transaction.</summary>
    /// <returns>Documents that were switched, and whether the index had nothing of them before.</returns>
    public async Task<List<(Guid Id, bool IsFirst)>> SwitchAsync(
        NpgsqlConnection connection,
        long projectId,
        IReadOnlyList<IndexedItem> indexed,
        CancellationToken cancellationToken
    )
    {
        var switched = new List<(Guid, bool)>();
        var items = new List<Guid>();
        object?[] values =
        [
            indexed.Select(i => i.Item.Id).ToArray(),
            indexed.Select(i => i.Item.Fence).ToArray(),
            indexed.Select(i => i.Chunks).ToArray(),
            time.GetUtcNow(),
            projectId,
            indexed.Select(i => i.WithoutVector).ToArray(),
        ];
        await using (var command = Sql.Command(connection, SwitchSql, values))
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                switched.Add((reader.GetGuid(0), reader.GetBoolean(3)));
                if (reader.GetInt32(2) == (int)Projects.DocumentKind.File)
                {
                    items.Add(reader.GetGuid(1));
                }
            }
        }

        if (items.Count > 0)
        {
            await RemoveAbstractsAsync(connection, projectId, [.. items.Distinct()], cancellationToken);
        }

        return switched;
    }

    /// <summary>Items that have a file with text need their title and abstract no longer.</summary>
    private static async Task RemoveAbstractsAsync(
        NpgsqlConnection connection,
        long projectId,
        Guid[] items,
        CancellationToken cancellationToken
    )
    {
        const string sql = "SELECT coalesce(array_agg(id), '{}') FROM documents WHERE item_id = ANY($1) AND kind = 2";
        await using var command = Sql.Command(connection, sql, items);
        var documents = (Guid[])(await command.ExecuteScalarAsync(cancellationToken))!;
        if (documents.Length > 0)
        {
            await Sql.ExecuteAsync(connection, DeletionService.DeleteDocumentsSql, [projectId, documents], cancellationToken);
        }
    }
}
