using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using RagPy.Core.Projects;

namespace RagPy.Core.Pipeline;

/// <summary>The multi-row statements by which documents come into a project and get their work items. All are part of the caller's transaction.</summary>
internal sealed class DocumentRows(TimeProvider time)
{
    private static readonly JsonSerializerOptions s_json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private const string ItemsSql = """
        INSERT INTO items AS i (id, project_id, source_key, zotero_key, library, type, title, abstract, creators, author_keys, date, years, url, doi, language,
                           publication_title, tags, collections)
        SELECT r.id, r.project_id, r.source_key, r.zotero_key, r.library, r.type, r.title, r.abstract, r.creators::jsonb, r.author_keys, r.date, r.years,
               r.url, r.doi, r.language, r.publication_title, r.tags, r.collections
        FROM jsonb_to_recordset($1) AS r(id uuid, project_id bigint, source_key text, zotero_key text, library text, type text, title text, abstract text,
             creators text, author_keys text[], date text, years int[], url text, doi text, language text, publication_title text, tags text[],
             collections text[])
        ORDER BY r.id
        ON CONFLICT (id) DO UPDATE
        SET zotero_key = excluded.zotero_key, library = excluded.library, type = excluded.type, title = excluded.title, abstract = excluded.abstract,
            creators = excluded.creators, author_keys = excluded.author_keys, date = excluded.date, years = excluded.years, url = excluded.url,
            doi = excluded.doi, language = excluded.language, publication_title = excluded.publication_title, tags = excluded.tags,
            collections = excluded.collections
        WHERE i.* IS DISTINCT FROM excluded.*
        """;

    private const string RecordSet = """
        jsonb_to_recordset($1) AS r(id uuid, item_id uuid, kind int, source_key text, file_name text, source_path text, attachment_title text,
            content_type text, file_hash text, file_length bigint, fingerprint uuid, failure_code int, failure_reason text)
        """;

    /// <summary>A document that failed leaves the index; one that is to be made anew stays in it until its new generation is current.</summary>
    private const string FreshSql = $"""
        INSERT INTO documents AS d (id, project_id, item_id, kind, source_key, file_name, source_path, attachment_title, content_type, file_hash, file_length,
                               fingerprint, state, stage, failure_code, failure_reason, page_count, needs_ocr_pages, chunk_count, language, created_at,
                               updated_at)
        SELECT r.id, $2, r.item_id, r.kind, r.source_key, r.file_name, r.source_path, r.attachment_title, r.content_type, r.file_hash, r.file_length,
               r.fingerprint, CASE WHEN r.failure_code IS NULL THEN 1 ELSE 3 END, CASE WHEN r.failure_code IS NULL THEN 1 ELSE 0 END, r.failure_code,
               r.failure_reason, 0, 0, 0, '', $3, $3
        FROM {RecordSet} ORDER BY r.id
        ON CONFLICT (id) DO UPDATE
        SET item_id = excluded.item_id, file_name = excluded.file_name, source_path = excluded.source_path, attachment_title = excluded.attachment_title,
            content_type = excluded.content_type, file_hash = excluded.file_hash, file_length = excluded.file_length, fingerprint = excluded.fingerprint,
            state = excluded.state, stage = excluded.stage, failure_code = excluded.failure_code, failure_reason = excluded.failure_reason,
            updated_at = excluded.updated_at,
            generation = CASE WHEN excluded.state = 3 THEN NULL ELSE d.generation END,
            extraction_id = CASE WHEN excluded.state = 3 THEN NULL ELSE d.extraction_id END,
            chunk_count = CASE WHEN excluded.state = 3 THEN 0 ELSE d.chunk_count END,
            chunks_without_vector = CASE WHEN excluded.state = 3 THEN 0 ELSE d.chunks_without_vector END
        """;

    private const string NamesSql = $"""
        UPDATE documents d
        SET item_id = r.item_id, file_name = r.file_name, source_path = r.source_path, attachment_title = r.attachment_title, content_type = r.content_type
        FROM {RecordSet}
        WHERE d.id = r.id AND (d.item_id, d.file_name, d.source_path, d.attachment_title, d.content_type)
            IS DISTINCT FROM (r.item_id, r.file_name, r.source_path, r.attachment_title, r.content_type)
        """;

    /// <summary>A document open in another task moves to this one. One that changed since begins anew, and whoever works on it loses the fence.</summary>
    private const string OpenSql = """
        INSERT INTO work_items AS w (task_id, project_id, session_id, person_id, document_id, stage, state, priority, attempts, failures, fence, not_before,
                                created_at, updated_at)
        SELECT t.task_id, t.project_id, t.session_id, t.person_id, d.id, d.stage, 1, t.priority, 0, 0, CASE WHEN d.restart THEN 1 ELSE 0 END, $4, $4, $4
        FROM work_items t, unnest($2::uuid[], $3::int[], $5::boolean[]) AS d(id, stage, restart)
        WHERE t.id = $1
        ON CONFLICT (document_id) WHERE state IN (1, 2) DO UPDATE
        SET task_id = excluded.task_id, session_id = excluded.session_id, person_id = excluded.person_id,
            stage = CASE WHEN excluded.fence = 1 THEN excluded.stage ELSE w.stage END,
            state = CASE WHEN excluded.fence = 1 THEN 1 ELSE w.state END,
            generation = CASE WHEN excluded.fence = 1 THEN NULL ELSE w.generation END,
            extraction_id = CASE WHEN excluded.fence = 1 THEN NULL ELSE w.extraction_id END,
            attempts = CASE WHEN excluded.fence = 1 THEN 0 ELSE w.attempts END,
            failures = CASE WHEN excluded.fence = 1 THEN 0 ELSE w.failures END,
            worker_id = CASE WHEN excluded.fence = 1 THEN NULL ELSE w.worker_id END,
            lease_until = CASE WHEN excluded.fence = 1 THEN NULL ELSE w.lease_until END,
            fence = w.fence + excluded.fence
        """;

    /// <summary>A task that tries failed documents again also asks again for the vectors that were refused.</summary>
    private const string AskAgainSql = """
        WITH again AS (SELECT created_at FROM tasks WHERE id = $1 AND retry_failed),
        forgotten AS (
            DELETE FROM provider_results WHERE document_id = ANY($2) AND failure_code IS NOT NULL AND created_at < (SELECT created_at FROM again)
        )
        UPDATE chunks SET vector_failure_code = NULL, vector_failure_reason = NULL
        WHERE document_id = ANY($2) AND vector_failure_code IS NOT NULL AND EXISTS (SELECT FROM again)
        """;

    private const string FailedSql = """
        WITH closed AS (
            UPDATE work_items SET state = 5, fence = fence + 1, worker_id = NULL, lease_until = NULL, updated_at = $3
            WHERE document_id = ANY($2) AND state IN (1, 2)
        ), noted AS (
            INSERT INTO stale_points (project_id, document_id) SELECT t.project_id, d FROM work_items t, unnest($2::uuid[]) d WHERE t.id = $1
            ON CONFLICT DO NOTHING
        )
        INSERT INTO work_items (task_id, project_id, session_id, person_id, document_id, stage, state, priority, attempts, failures, fence, not_before,
                                failure_code, failure_reason, created_at, updated_at)
        SELECT t.task_id, t.project_id, t.session_id, t.person_id, d.id, d.stage, 4, t.priority, 0, 0, 0, $3, d.failure_code, d.failure_reason, $3, $3
        FROM work_items t, documents d
        WHERE t.id = $1 AND d.id = ANY($2)
          AND NOT EXISTS (SELECT FROM work_items o WHERE o.task_id = t.task_id AND o.document_id = d.id AND o.state = 4)
        """;

    /// <summary>Writes items; rows that say the same already are left alone.</summary>
    public async Task UpsertItemsAsync(NpgsqlConnection connection, IReadOnlyCollection<Item> items, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(ItemsSql, connection);
        command.Parameters.Add(Json(items));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Writes documents that are new, changed or to be tried again.</summary>
    public Task UpsertFreshAsync(
        NpgsqlConnection connection,
        long projectId,
        IReadOnlyCollection<DocumentRow> rows,
        CancellationToken cancellationToken
    ) => WriteAsync(connection, FreshSql, rows, [projectId, time.GetUtcNow()], cancellationToken);

    /// <summary>Brings names and paths of documents up to date that need no work.</summary>
    public Task UpdateNamesAsync(NpgsqlConnection connection, IReadOnlyCollection<DocumentRow> rows, CancellationToken cancellationToken) =>
        WriteAsync(connection, NamesSql, rows, [], cancellationToken);

    /// <summary>Gives documents a work item in the task of <paramref name="of"/>.</summary>
    /// <param name="work">Documents, the stage they begin with, and whether they changed since work on them was begun.</param>
    public async Task OpenAsync(
        NpgsqlConnection connection,
        ClaimedItem of,
        IReadOnlyCollection<(Guid Document, Stage Stage, bool Restart)> work,
        CancellationToken cancellationToken
    )
    {
        if (work.Count == 0)
        {
            return;
        }

        var stages = work.Select(w => (int)w.Stage).ToArray();
        object?[] values = [of.Id, work.Select(w => w.Document).ToArray(), stages, time.GetUtcNow(), work.Select(w => w.Restart).ToArray()];
        await Sql.ExecuteAsync(connection, OpenSql, values, cancellationToken);
        await Sql.ExecuteAsync(connection, AskAgainSql, [of.TaskId, work.Select(w => w.Document).ToArray()], cancellationToken);
        foreach (var queue in work.Select(w => Queues.Of(w.Stage)).Distinct())
        {
            await Sql.NotifyAsync(connection, Channels.Work, queue, cancellationToken);
        }
    }

    /// <summary>Lists failed documents in the task of <paramref name="of"/>, and takes back what was open of them.</summary>
    public async Task RecordFailedAsync(NpgsqlConnection connection, ClaimedItem of, Guid[] documents, CancellationToken cancellationToken)
    {
        if (documents.Length > 0)
        {
            await Sql.ExecuteAsync(connection, FailedSql, [of.Id, documents, time.GetUtcNow()], cancellationToken);
        }
    }

    /// <summary>Notes that the session has the documents, at these places.</summary>
    public async Task SeeAsync(
        NpgsqlConnection connection,
        ClaimedItem of,
        IReadOnlyCollection<(Guid Document, int Position)> documents,
        CancellationToken cancellationToken
    )
    {
        const string sql = """
            INSERT INTO session_documents (session_id, document_id, position, seen_by_task_id)
            SELECT t.session_id, d.id, d.position, t.task_id FROM work_items t, unnest($2::uuid[], $3::int[]) AS d(id, position)
            WHERE t.id = $1 ORDER BY d.id
            ON CONFLICT (session_id, document_id) DO UPDATE SET position = excluded.position, seen_by_task_id = excluded.seen_by_task_id
            """;
        object?[] values = [of.Id, documents.Select(d => d.Document).ToArray(), documents.Select(d => d.Position).ToArray()];
        await Sql.ExecuteAsync(connection, sql, values, cancellationToken);
    }

    private static async Task WriteAsync(
        NpgsqlConnection connection,
        string sql,
        IReadOnlyCollection<DocumentRow> rows,
        object[] values,
        CancellationToken cancellationToken
    )
    {
        if (rows.Count == 0)
        {
            return;
        }

        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.Add(
            Json(
                rows.Select(r => new
                {
                    r.Id,
                    r.ItemId,
                    Kind = (int)r.Kind,
                    r.SourceKey,
                    r.FileName,
                    r.SourcePath,
                    r.AttachmentTitle,
                    r.ContentType,
                    r.FileHash,
                    r.FileLength,
                    r.Fingerprint,
                    FailureCode = (int?)r.Failure?.Code,
                    FailureReason = r.Failure?.Reason,
                })
            )
        );
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static NpgsqlParameter Json<T>(T value) =>
        new() { Value = JsonSerializer.Serialize(value, s_json), NpgsqlDbType = NpgsqlDbType.Jsonb };
}
