using Npgsql;
using RagPy.Core.Storage;

namespace RagPy.Core.Pipeline;

/// <summary>The regular look at everything, for what no notification tells of.</summary>
internal sealed class RelaySweep(
    NpgsqlDataSource dataSource,
    WorkItemStore store,
    WorkerIdentity identity,
    ProgressWriter progress,
    DeletionService deletion,
    ProjectJanitor janitor,
    PipelineTelemetry telemetry,
    TimeProvider time
)
{
    /// <summary>One round.</summary>
    /// <param name="running">Pumps that run in this process; slots that say otherwise are set right.</param>
    public async Task<SweepResult> RunAsync(
        IReadOnlyCollection<(string Queue, int Slot, long Ticket)> running,
        CancellationToken cancellationToken
    )
    {
        await identity.EnsureAsync(cancellationToken);
        await store.ReturnExpiredAsync(cancellationToken);
        await FreeLostSlotsAsync(running, cancellationToken);
        await ForgetWorkersAsync(cancellationToken);
        progress.Touch(await IdsAsync("SELECT coalesce(array_agg(id), '{}') FROM tasks WHERE state IN (1, 2)", cancellationToken));
        await deletion.FinishProjectsAsync(cancellationToken);
        const string stale = """
            SELECT coalesce(array_agg(DISTINCT s.project_id), '{}') FROM stale_points s
            WHERE NOT EXISTS (SELECT FROM tasks t WHERE t.project_id = s.project_id AND t.state IN (1, 2))
            """;
        foreach (var projectId in await IdsAsync(stale, cancellationToken))
        {
            await janitor.CleanPointsAsync(projectId, cancellationToken);
        }

        if (telemetry.IsQueueWatched)
        {
            await MeasureQueueAsync(cancellationToken);
        }

        return await MeasureAsync(cancellationToken);
    }

    private async Task FreeLostSlotsAsync(
        IReadOnlyCollection<(string Queue, int Slot, long Ticket)> running,
        CancellationToken cancellationToken
    )
    {
        const string sql = """
            UPDATE pumps p SET state = 0, worker_id = NULL, changed_at = $5
            WHERE state = 2 AND worker_id = $1
              AND NOT EXISTS (SELECT FROM unnest($2::text[], $3::int[], $4::bigint[]) AS r(queue, slot, ticket)
                              WHERE r.queue = p.queue AND r.slot = p.slot AND r.ticket = p.ticket)
              AND changed_at < $6
            """;
        var now = time.GetUtcNow();
        object?[] values =
        [
            identity.Id,
            running.Select(r => r.Queue).ToArray(),
            running.Select(r => r.Slot).ToArray(),
            running.Select(r => r.Ticket).ToArray(),
            now,
            // A pump that begins in this moment may have its row and not yet its place in the list.
            now - TimeSpan.FromSeconds(5),
        ];
        await using var command = Sql.Command(dataSource, sql, values);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task ForgetWorkersAsync(CancellationToken cancellationToken)
    {
        // A worker that is starting has its row a moment before its lock.
        var sql = $"DELETE FROM workers WHERE started_at < $1 AND id NOT IN ({WorkerPresence.LivingSql})";
        await using var command = Sql.Command(dataSource, sql, time.GetUtcNow() - TimeSpan.FromMinutes(1));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task MeasureQueueAsync(CancellationToken cancellationToken)
    {
        const string sql = "SELECT stage, state, count(*) FROM work_items WHERE state IN (1, 2) GROUP BY stage, state";
        await using var command = Sql.Command(dataSource, sql);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var lengths = new Dictionary<(Stage, WorkItemState), long>();
        while (await reader.ReadAsync(cancellationToken))
        {
            lengths[((Stage)reader.GetInt32(0), (WorkItemState)reader.GetInt32(1))] = reader.GetInt64(2);
        }

        telemetry.NoteQueue(lengths);
    }

    private async Task<SweepResult> MeasureAsync(CancellationToken cancellationToken)
    {
        var sql =
            $"SELECT (SELECT count(*)::int FROM ({WorkerPresence.LivingSql}) l), (SELECT min(not_before) FROM work_items WHERE state = 1 AND not_before > $1)";
        await using var command = Sql.Command(dataSource, sql, time.GetUtcNow());
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new SweepResult(reader.GetInt32(0), reader.IsDBNull(1) ? null : reader.GetFieldValue<DateTimeOffset>(1));
    }

    private async Task<long[]> IdsAsync(string sql, CancellationToken cancellationToken)
    {
        await using var command = Sql.Command(dataSource, sql);
        return (long[])(await command.ExecuteScalarAsync(cancellationToken))!;
    }
}
