using Microsoft.Extensions.Logging;
using Npgsql;
using RagPy.Core.Pipeline;
using RagPy.Core.Storage;

namespace RagPy.Core.Indexing.Remote;

/// <summary>
/// Moves the points of projects from one store to another while the old one serves: copies what is current from PostgreSQL, counts it, copies what has changed
/// meanwhile with writers held off, and switches by one statement. Whatever happens, it begins again where the target has nothing wrong: writing is idempotent.
/// </summary>
internal sealed partial class StoreMover(
    NpgsqlDataSource dataSource,
    VectorStores stores,
    ProjectStores rows,
    ChunkPoints chunks,
    PipelineOptions options,
    TimeProvider time,
    ILogger<StoreMover> logger
)
{
    /// <summary>Searches that began before the switch may still be on their way to the old store.</summary>
    private static readonly TimeSpan s_beforeRemoval = TimeSpan.FromMinutes(1);

    /// <summary>Changes since the last look that are few enough to be copied while writers wait.</summary>
    private const int FewDocuments = 50;

    /// <summary>Works until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(options.RelayInterval, time);
        try
        {
            do
            {
                try
                {
                    await SweepAsync(cancellationToken);
                }
                catch (Exception exception) when (exception is NpgsqlException or IOException or TimeoutException)
                {
                    LogFailed(exception);
                }
            } while (await timer.WaitForNextTickAsync(cancellationToken));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The worker stops; another one, or the next start, goes on.
        }
    }

    /// <summary>Moves every project that is to be moved, and removes what was left behind where nobody looks any more.</summary>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        const string sql = """
            SELECT id FROM projects WHERE target_store IS NOT NULL AND deleted_at IS NULL
            UNION SELECT project_id FROM project_stores WHERE retired_at < $1
            """;
        var projects = new List<long>();
        await using (var command = Sql.Command(dataSource, sql, time.GetUtcNow() - s_beforeRemoval))
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                projects.Add(reader.GetInt64(0));
            }
        }

        foreach (var projectId in projects)
        {
            await using var held = await AdvisoryLock.TryAcquireAsync(dataSource, AdvisoryLocks.StoreMove(projectId), cancellationToken);
            if (held is not null)
            {
                await GuardAsync(projectId, cancellationToken);
            }
        }
    }

    private async Task GuardAsync(long projectId, CancellationToken cancellationToken)
    {
        try
        {
            await RemoveRetiredAsync(projectId, cancellationToken);
            await MoveAsync(projectId, cancellationToken);
        }
        catch (Exception exception) when (StoreFailures.Of(exception) is { } failure)
        {
            // The old store serves on; the reason is shown with the project until the move succeeds or is called off.
            LogStopped(projectId, failure.Reason);
            const string sql = "UPDATE projects SET store_problem = $2 WHERE id = $1";
            await using var command = Sql.Command(dataSource, sql, projectId, failure.Reason);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    /// <summary>A store that the project left, or a target that was called off, has nothing of it afterwards. A new move to the same store waits for it.</summary>
    private async Task RemoveRetiredAsync(long projectId, CancellationToken cancellationToken)
    {
        const string sql = """
            SELECT s.store FROM project_stores s LEFT JOIN projects p ON p.id = s.project_id
            WHERE s.project_id = $1 AND (s.retired_at < $2 OR (s.retired_at IS NOT NULL AND s.store = p.target_store))
            """;
        var retired = new List<string>();
        await using (var command = Sql.Command(dataSource, sql, projectId, time.GetUtcNow() - s_beforeRemoval))
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                retired.Add(reader.GetString(0));
            }
        }

        foreach (var kind in retired)
        {
            await stores.Get(kind).RemoveProjectAsync(projectId, cancellationToken);
            await rows.RemoveAsync(projectId, kind, cancellationToken);
        }
    }

    private async Task MoveAsync(long projectId, CancellationToken cancellationToken)
    {
        if (await TargetAsync(projectId, cancellationToken) is not { } kind)
        {
            return;
        }

        var target = stores.Get(kind);
        var copied = new HashSet<(Guid, Guid)>();
        while (true)
        {
            var open = (await chunks.ListCurrentAsync(projectId, cancellationToken)).FindAll(d =>
                !copied.Contains((d.Document, d.Generation))
            );
            if (open.Count <= FewDocuments)
            {
                break;
            }

            foreach (var group in ChunkPoints.Split(open))
            {
                // Shared: other writers go on, but nobody takes these points for stale between their reading and their writing.
                await using var held = await AdvisoryLock.AcquireAsync(
                    dataSource,
                    AdvisoryLocks.Index(projectId),
                    shared: true,
                    cancellationToken
                );
                if (await TargetAsync(projectId, cancellationToken) != kind)
                {
                    return;
                }

                copied.UnionWith(await CopyAsync(target, projectId, group, cancellationToken));
            }
        }

        await chunks.WithoutWritersAsync(projectId, token => FinishAsync(target, projectId, copied, token), cancellationToken);
    }

    /// <summary>With writers held off: what is still missing, then the switch.</summary>
    private async Task FinishAsync(IVectorStore target, long projectId, HashSet<(Guid, Guid)> copied, CancellationToken cancellationToken)
    {
        if (await TargetAsync(projectId, cancellationToken) != target.Kind)
        {
            return;
        }

        var current = await chunks.ListCurrentAsync(projectId, cancellationToken);
        foreach (var group in ChunkPoints.Split(current.Where(d => !copied.Contains((d.Document, d.Generation)))))
        {
            await CopyAsync(target, projectId, group, cancellationToken);
        }

        // What was copied and then replaced is known as stale and removed by the janitor; the old store is emptied later.
        const string sql = """
            WITH moved AS (
                UPDATE projects SET store = target_store, target_store = NULL, store_problem = NULL, index_version = index_version + 1
                FROM (SELECT id, store AS old_store FROM projects WHERE id = $1 FOR UPDATE) before
                WHERE projects.id = before.id AND target_store = $2
                RETURNING projects.id, before.old_store)
            INSERT INTO project_stores (project_id, store, name, retired_at)
            SELECT id, old_store, '', $3 FROM moved
            ON CONFLICT (project_id, store) DO UPDATE SET retired_at = excluded.retired_at
            """;
        await using var command = Sql.Command(dataSource, sql, projectId, target.Kind, time.GetUtcNow());
        await command.ExecuteNonQueryAsync(cancellationToken);
        LogMoved(projectId, target.Kind, current.Count);
    }

    /// <summary>Copies documents and counts them.</summary>
    /// <returns>What is there now.</returns>
    private async Task<IEnumerable<(Guid, Guid)>> CopyAsync(
        IVectorStore target,
        long projectId,
        List<(Guid Document, Guid Generation, int Chunks)> group,
        CancellationToken cancellationToken
    )
    {
        var points = await chunks.ReadAsync([.. group.Select(d => (d.Document, d.Generation))], cancellationToken);
        await target.WriteAsync(projectId, points, cancellationToken);
        var takesAll = await target.TakesPointsWithoutVectorAsync(projectId, cancellationToken);
        var written = points.Where(p => takesAll || p.Dense.Length > 0).CountBy(p => (p.DocumentId, p.Generation)).ToList();
        foreach (var ((document, generation), count) in written)
        {
            var found = await target.CountAsync(projectId, document, generation, cancellationToken);
            if (found != count)
            {
                throw new TransientFailureException(
                    new Failure(FailureCode.ProviderError, $"The vector store {target.Kind} holds {found} of a document's {count} points.")
                );
            }
        }

        // One whose points were replaced since it was listed has none of that generation; the next look finds the new one.
        return written.Select(w => w.Key);
    }

    private async Task<string?> TargetAsync(long projectId, CancellationToken cancellationToken)
    {
        const string sql = "SELECT target_store FROM projects WHERE id = $1 AND deleted_at IS NULL";
        await using var command = Sql.Command(dataSource, sql, projectId);
        return await command.ExecuteScalarAsync(cancellationToken) as string;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Project {ProjectId} moved to the store {Store} with {Documents} documents")]
    private partial void LogMoved(long projectId, string store, int documents);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The move of project {ProjectId} to another store cannot go on: {Reason}")]
    private partial void LogStopped(long projectId, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Moving projects between stores met an error and goes on")]
    private partial void LogFailed(Exception exception);
}
