using Npgsql;
using RagPy.Core.Sources;
using RagPy.Core.Storage;

namespace RagPy.Core.Pipeline;

/// <summary>
/// Reads a task's source from the beginning: items, documents and files come into the project in batches, each of which is one transaction. What has not
/// changed gets no work; what the source no longer has is deleted at the end. Cut off anywhere and begun again, it ends with the same rows.
/// </summary>
internal sealed class ReadStage(
    NpgsqlDataSource dataSource,
    SourceAccess sources,
    ReadBatchWriter writer,
    WorkItemStore store,
    AbstractDocuments abstracts,
    ProjectRecognition recognition,
    TimeProvider time
) : IStageHandler
{
    private const int BatchDocuments = 100;
    private const long BatchBytes = 64L << 20;

    /// <inheritdoc/>
    public Stage Stage => Stage.Read;

    /// <inheritdoc/>
    public int BatchSize => 1;

    /// <inheritdoc/>
    public async Task RunAsync(StageBatch batch)
    {
        foreach (var item in batch.Items)
        {
            await batch.Guard(item, token => ReadAsync(item, token));
        }
    }

    private async Task ReadAsync(ClaimedItem item, CancellationToken cancellationToken)
    {
        var plan = await recognition.PlanAsync(item.ProjectId, cancellationToken);
        var run = await BeginAsync(item, cancellationToken) with { Recognition = plan };
        var vectors = new SourceVectors(run.VectorsOf, run.Embedder, run.Dimension);
        await using var opened = await sources.OpenAsync(item.ProjectId, item.SessionId, run.Location, vectors, cancellationToken);
        await SetKindAsync(item.SessionId, opened.Source.Kind, cancellationToken);
        await ReadDocumentsAsync(item, run, opened.Source, cancellationToken);
        await FinishAsync(item, opened.Source.Notes, cancellationToken);
    }

    private async Task ReadDocumentsAsync(ClaimedItem item, ReadRun run, ISource source, CancellationToken cancellationToken)
    {
        var seen = new HashSet<Guid>();
        var pending = new List<PositionedDocument>();
        var position = 0;
        long bytes = 0;
        await foreach (var document in source.ReadAsync(cancellationToken).WithCancellation(cancellationToken))
        {
            // All documents of one item go in one batch: whether it needs its abstract is asked when all its files are known.
            var full = pending.Count >= BatchDocuments || bytes >= BatchBytes;
            if (full && pending[^1].Document.Item.Key != document.Item.Key)
            {
                await writer.WriteAsync(item, run, pending, cancellationToken);
                pending.Clear();
                bytes = 0;
            }

            // The same file twice in a folder of loose files is one document, at its first place.
            if (seen.Add(ReadBatchWriter.DocumentIdOf(item.ProjectId, document)))
            {
                pending.Add(new PositionedDocument(document, position));
                bytes += document.File?.Length ?? 0;
            }

            position++;
        }

        await writer.WriteAsync(item, run, pending, cancellationToken);
    }

    private async Task<ReadRun> BeginAsync(ClaimedItem item, CancellationToken cancellationToken)
    {
        const string sql = """
            WITH started AS (
                UPDATE tasks SET state = 2, started_at = coalesce(started_at, $2) WHERE id = $1 AND state IN (1, 2)
                RETURNING id, session_id, project_id, retry_failed
            )
            SELECT s.source_location, started.retry_failed, p.embedder, p.dimension, p.clean_up, s.settings ->> 'vectors_of'
            FROM started JOIN sessions s ON s.id = started.session_id JOIN projects p ON p.id = started.project_id
            """;
        await using var command = Sql.Command(dataSource, sql, item.TaskId, time.GetUtcNow());
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new ReadRun(
                reader.GetString(0),
                reader.GetBoolean(1),
                reader.GetString(2),
                reader.GetInt32(3),
                reader.GetString(4),
                await reader.IsDBNullAsync(5, cancellationToken) ? null : reader.GetString(5)
            )
            : throw new OperationCanceledException("The task has ended meanwhile.");
    }

    private async Task SetKindAsync(long sessionId, string kind, CancellationToken cancellationToken)
    {
        await using var command = Sql.Command(
            dataSource,
            "UPDATE sessions SET source_kind = $2 WHERE id = $1 AND source_kind <> $2",
            sessionId,
            kind
        );
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Deletes what this reading did not see, and completes the work item, in one transaction.</summary>
    private async Task FinishAsync(ClaimedItem item, IReadOnlyList<string> notes, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if ((await store.FinishAsync(connection, [item], cancellationToken)).Count == 0)
        {
            throw new OperationCanceledException("The lease was lost.");
        }

        var (gone, items) = await FindGoneAsync(connection, item, cancellationToken);
        await Sql.ExecuteAsync(connection, DeletionService.DeleteDocumentsSql, [item.ProjectId, gone], cancellationToken);
        const string unseen = "DELETE FROM session_documents WHERE session_id = $1 AND seen_by_task_id <> $2";
        await Sql.ExecuteAsync(connection, unseen, [item.SessionId, item.TaskId], cancellationToken);
        var (added, changed) =
            items.Length > 0 ? await abstracts.EvaluateAsync(connection, item, items, retry: false, cancellationToken) : (0, 0);
        const string done = """
            UPDATE tasks SET source_read = true, removed = removed + $2, added = added + $3, changed = changed + $4, notes = $5 WHERE id = $1
            """;
        await Sql.ExecuteAsync(connection, done, [item.TaskId, gone.Length, added, changed, notes.ToArray()], cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Documents that the source has no longer and no other session has, and their items that stay because of other documents.</summary>
    private static async Task<(Guid[] Documents, Guid[] Items)> FindGoneAsync(
        NpgsqlConnection connection,
        ClaimedItem item,
        CancellationToken cancellationToken
    )
    {
        const string sql = """
            WITH gone AS (
                SELECT d.id, d.item_id FROM session_documents s JOIN documents d ON d.id = s.document_id
                WHERE s.session_id = $1 AND s.seen_by_task_id <> $2
                  AND NOT EXISTS (SELECT FROM session_documents o WHERE o.document_id = s.document_id AND o.session_id <> $1)
            )
            SELECT coalesce(array_agg(id), '{}'),
                   coalesce(array_agg(DISTINCT item_id) FILTER (WHERE EXISTS (
                       SELECT FROM documents d WHERE d.item_id = gone.item_id AND d.id NOT IN (SELECT id FROM gone))), '{}')
            FROM gone
            """;
        await using var command = Sql.Command(connection, sql, item.SessionId, item.TaskId);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return (reader.GetFieldValue<Guid[]>(0), reader.GetFieldValue<Guid[]>(1));
    }
}
