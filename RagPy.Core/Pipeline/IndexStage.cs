using Npgsql;
using RagPy.Core.Indexing;
using RagPy.Core.Indexing.Remote;
using RagPy.Core.Storage;

namespace RagPy.Core.Pipeline;

/// <summary>
/// Writes points, counts them, and only then makes their generation current: one statement on the documents' rows, with the fence of the work items in
/// it (DESIGN §3.5). Documents are noted as stale before the first point is written, so that whatever happens in between is cleaned up.
/// </summary>
internal sealed class IndexStage(
    NpgsqlDataSource dataSource,
    IVectorStore vectorStore,
    ChunkPoints chunks,
    DocumentEnds ends,
    WorkItemStore store,
    Failpoints failpoints,
    PipelineTelemetry telemetry,
    PipelineOptions options
) : IStageHandler
{
    /// <summary>Points written together; a larger document goes by itself.</summary>
    private const int MaxPoints = 4000;

    /// <inheritdoc/>
    public Stage Stage => Stage.Index;

    /// <inheritdoc/>
    public int BatchSize => options.BatchSize;

    /// <inheritdoc/>
    public async Task RunAsync(StageBatch batch)
    {
        foreach (var project in batch.Items.GroupBy(i => i.ProjectId))
        {
            // Shared with other writers; those who remove stale points wait for us, and we for them.
            var key = AdvisoryLocks.Index(project.Key);
            await using (await AdvisoryLock.AcquireAsync(dataSource, key, shared: true, batch.Stopping))
            {
                foreach (var group in Split(await CountChunksAsync(project.Key, [.. project], batch.Stopping)))
                {
                    await IndexAsync(batch, project.Key, group);
                }
            }

            await vectorStore.MaintainAsync(project.Key, batch.Stopping);
        }
    }

    /// <summary>All together; when that fails, each by itself, so that a failure has its document.</summary>
    private async Task IndexAsync(StageBatch batch, long projectId, List<IndexedItem> group)
    {
        if (group.Count > 1)
        {
            try
            {
                await IndexGroupAsync(projectId, group, batch.Stopping);
                return;
            }
            catch (Exception exception) when (!ItemFailures.IsDatabaseAway(exception) && exception is not OperationCanceledException)
            {
                // Falls through to one by one, where the exception is met again and written down.
            }
        }

        foreach (var single in group)
        {
            await batch.Guard(single.Item, token => IndexGroupAsync(projectId, [single], token));
        }
    }

    private async Task IndexGroupAsync(long projectId, List<IndexedItem> group, CancellationToken cancellationToken)
    {
        var empty = group.FindAll(g => g.Chunks == 0);
        if (empty.Count > 0)
        {
            await SendBackAsync(empty, cancellationToken);
            group = group.FindAll(g => g.Chunks > 0);
        }

        if (group.Count == 0)
        {
            return;
        }

        var noted = await NoteAsync(projectId, group, cancellationToken);
        var points = await chunks.ReadAsync(
            [.. group.Select(g => (g.Item.DocumentId!.Value, g.Item.Generation!.Value))],
            cancellationToken
        );
        await vectorStore.WriteAsync(projectId, points, cancellationToken);
        await VerifyAsync(projectId, group, cancellationToken);
        failpoints.Hit(Stage.Index, "written");

        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var switched = await ends.SwitchAsync(connection, projectId, group, cancellationToken);
        // Nothing but the current generation can be in the store of a document that was not there before and was not noted before.
        var clean = switched.Where(s => s.IsFirst && noted.Contains(s.Id)).Select(s => s.Id).ToArray();
        const string sql = "DELETE FROM stale_points WHERE project_id = $1 AND document_id = ANY($2)";
        await Sql.ExecuteAsync(connection, sql, [projectId, clean], cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        var current = switched.Select(s => s.Id).ToHashSet();
        telemetry.CountChunks(group.Where(g => current.Contains(g.Item.DocumentId!.Value)).Sum(g => g.Chunks));
    }

    private async Task SendBackAsync(List<IndexedItem> items, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await store.AdvanceAsync(connection, [.. items.Select(i => i.Item with { Generation = null })], Stage.Chunk, cancellationToken);
    }

    private static IEnumerable<List<IndexedItem>> Split(List<IndexedItem> items)
    {
        var group = new List<IndexedItem>();
        var points = 0;
        foreach (var item in items)
        {
            if (group.Count > 0 && points + item.Chunks > MaxPoints)
            {
                yield return group;
                group = [];
                points = 0;
            }

            group.Add(item);
            points += item.Chunks;
        }

        if (group.Count > 0)
        {
            yield return group;
        }
    }

    /// <summary>Chunks of each item's generation; items whose document or project is gone are left out.</summary>
    private async Task<List<IndexedItem>> CountChunksAsync(
        long projectId,
        IReadOnlyList<ClaimedItem> items,
        CancellationToken cancellationToken
    )
    {
        const string sql = """
            SELECT v.document_id, c.chunks, c.bare
            FROM unnest($2::uuid[], $3::uuid[]) AS v(document_id, generation)
            CROSS JOIN LATERAL (
                SELECT count(*)::int AS chunks, count(*) FILTER (WHERE c.dense IS NULL)::int AS bare FROM chunks c
                WHERE c.document_id = v.document_id AND c.generation = v.generation AND c.sparse IS NOT NULL) c
            WHERE EXISTS (SELECT FROM projects p WHERE p.id = $1 AND p.deleted_at IS NULL)
            """;
        object?[] values = [projectId, items.Select(i => i.DocumentId!.Value).ToArray(), items.Select(i => i.Generation!.Value).ToArray()];
        await using var command = Sql.Command(dataSource, sql, values);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var counts = new Dictionary<Guid, (int Chunks, int Bare)>();
        while (await reader.ReadAsync(cancellationToken))
        {
            counts[reader.GetGuid(0)] = (reader.GetInt32(1), reader.GetInt32(2));
        }

        return
        [
            .. from item in items
            where counts.ContainsKey(item.DocumentId!.Value)
            let count = counts[item.DocumentId!.Value]
            select new IndexedItem(item, count.Chunks, count.Bare),
        ];
    }

    private async Task<HashSet<Guid>> NoteAsync(long projectId, List<IndexedItem> group, CancellationToken cancellationToken)
    {
        const string sql = """
            INSERT INTO stale_points (project_id, document_id) SELECT $1, d FROM unnest($2::uuid[]) d ON CONFLICT DO NOTHING RETURNING document_id
            """;
        await using var command = Sql.Command(dataSource, sql, projectId, group.Select(g => g.Item.DocumentId!.Value).ToArray());
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var noted = new HashSet<Guid>();
        while (await reader.ReadAsync(cancellationToken))
        {
            noted.Add(reader.GetGuid(0));
        }

        return noted;
    }

    private async Task VerifyAsync(long projectId, List<IndexedItem> group, CancellationToken cancellationToken)
    {
        var takesAll = await vectorStore.TakesPointsWithoutVectorAsync(projectId, cancellationToken);
        foreach (var (item, chunks, bare) in group)
        {
            var expected = takesAll ? chunks : chunks - bare;
            var count = await vectorStore.CountAsync(projectId, item.DocumentId!.Value, item.Generation!.Value, cancellationToken);
            if (count != expected)
            {
                throw new TransientFailureException(
                    new Failure(FailureCode.ProviderError, $"The vector store holds {count} of the document's {expected} points.")
                );
            }
        }
    }
}
