using Npgsql;

namespace RagPy.Core.Pipeline;

/// <summary>The statements on the queue table. Each is one statement, fenced in its WHERE clause, so that whoever lost a lease changes nothing.</summary>
internal sealed class WorkItemStore(NpgsqlDataSource dataSource, TimeProvider time)
{
    /// <summary>
    /// People take turns: the first item of each, then the second of each, beginning after the person served last ($4); within one person's
    /// items priority, then age. The recursion finds the people with waiting items by one index probe each.
    /// </summary>
    private const string ClaimSql = """
        WITH RECURSIVE people AS (
            (SELECT person_id FROM work_items WHERE state = 1 AND stage = $1 ORDER BY person_id LIMIT 1)
            UNION ALL
            SELECT (SELECT w.person_id FROM work_items w WHERE w.state = 1 AND w.stage = $1 AND w.person_id > p.person_id
                    ORDER BY w.person_id LIMIT 1)
            FROM people p WHERE p.person_id IS NOT NULL
        ), candidates AS (
            SELECT c.id, p.person_id, row_number() OVER (PARTITION BY p.person_id ORDER BY c.priority DESC, c.id) AS turn
            FROM people p CROSS JOIN LATERAL (
                SELECT w.id, w.priority FROM work_items w
                WHERE w.state = 1 AND w.stage = $1 AND w.person_id = p.person_id AND w.not_before <= $2
                ORDER BY w.priority DESC, w.id LIMIT $3 FOR UPDATE SKIP LOCKED
            ) c
            WHERE p.person_id IS NOT NULL
        ), chosen AS (
            SELECT id, row_number() OVER (ORDER BY turn, person_id <= $4, person_id) AS place
            FROM candidates ORDER BY turn, person_id <= $4, person_id LIMIT $3
        )
        UPDATE work_items w
        SET state = 2, fence = w.fence + 1, attempts = w.attempts + 1, worker_id = $5, lease_until = $6, updated_at = $2
        FROM chosen WHERE w.id = chosen.id
        RETURNING w.id, w.task_id, w.project_id, w.session_id, w.person_id, w.document_id, w.stage, w.generation, w.extraction_id, w.attempts,
                  w.failures, w.fence, chosen.place, (SELECT t.trace_parent FROM tasks t WHERE t.id = w.task_id)
        """;

    private const string AdvanceSql = """
        UPDATE work_items w
        SET stage = $4, state = 1, generation = d.generation, extraction_id = d.extraction_id, attempts = 0, failures = 0, not_before = $5,
            worker_id = NULL, lease_until = NULL, updated_at = $5
        FROM unnest($1::bigint[], $2::bigint[], $3::uuid[], $6::bigint[]) AS d(id, fence, generation, extraction_id)
        WHERE w.id = d.id AND w.fence = d.fence AND w.state = 2
        RETURNING w.id
        """;

    /// <summary>Takes up to <paramref name="count"/> claimable items of a stage.</summary>
    /// <param name="afterPerson">The person served last; the next one in turn goes first.</param>
    /// <returns>In the order in which they are to be worked on.</returns>
    public async Task<List<ClaimedItem>> ClaimAsync(
        Stage stage,
        int count,
        long afterPerson,
        int workerId,
        TimeSpan lease,
        CancellationToken cancellationToken
    )
    {
        var now = time.GetUtcNow();
        await using var command = Sql.Command(dataSource, ClaimSql, (int)stage, now, count, afterPerson, workerId, now + lease);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var items = new List<(long Place, ClaimedItem Item)>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var item = new ClaimedItem(
                reader.GetInt64(0),
                reader.GetInt64(1),
                reader.GetInt64(2),
                reader.GetInt64(3),
                reader.GetInt64(4),
                reader.IsDBNull(5) ? null : reader.GetGuid(5),
                (Stage)reader.GetInt32(6),
                reader.IsDBNull(7) ? null : reader.GetGuid(7),
                reader.IsDBNull(8) ? null : reader.GetInt64(8),
                reader.GetInt32(9),
                reader.GetInt32(10),
                reader.GetInt64(11),
                reader.IsDBNull(13) ? null : reader.GetString(13)
            );
            items.Add((reader.GetInt64(12), item));
        }

        return [.. items.OrderBy(i => i.Place).Select(i => i.Item)];
    }

    /// <summary>Extends leases.</summary>
    /// <returns>The items still held; the others were taken away.</returns>
    public async Task<HashSet<long>> HeartbeatAsync(
        IReadOnlyCollection<ClaimedItem> items,
        TimeSpan lease,
        CancellationToken cancellationToken
    )
    {
        // Rows locked by their own completion are skipped: they need no more lease, and waiting could end in a deadlock.
        const string sql = """
            WITH held AS (
                SELECT w.id FROM work_items w JOIN unnest($1::bigint[], $2::bigint[]) AS d(id, fence) ON w.id = d.id AND w.fence = d.fence
                WHERE w.state = 2
            ), free AS (SELECT w.id FROM work_items w WHERE w.id IN (SELECT id FROM held) ORDER BY w.id FOR UPDATE SKIP LOCKED),
            extended AS (UPDATE work_items w SET lease_until = $3 FROM free WHERE w.id = free.id)
            SELECT id FROM held
            """;
        await using var command = Sql.Command(dataSource, sql, Ids(items), Fences(items), time.GetUtcNow() + lease);
        return await ReadIdsAsync(command, cancellationToken);
    }

    /// <summary>Hands documents to the next stage; part of the caller's transaction.</summary>
    /// <returns>The items that were still held; the work on the others is void.</returns>
    public async Task<HashSet<long>> AdvanceAsync(
        NpgsqlConnection connection,
        IReadOnlyCollection<ClaimedItem> items,
        Stage next,
        CancellationToken cancellationToken
    )
    {
        var generations = items.Select(i => i.Generation).ToArray();
        var extractions = items.Select(i => i.ExtractionId).ToArray();
        await using var command = Sql.Command(
            connection,
            AdvanceSql,
            Ids(items),
            Fences(items),
            generations,
            (int)next,
            time.GetUtcNow(),
            extractions
        );
        var held = await ReadIdsAsync(command, cancellationToken);
        if (held.Count > 0)
        {
            await Sql.NotifyAsync(connection, Channels.Work, Queues.Of(next), cancellationToken);
        }

        return held;
    }

    /// <summary>Notes the extraction of an item that is about to end for want of text; part of the caller's transaction.</summary>
    public Task NoteExtractionAsync(NpgsqlConnection connection, ClaimedItem item, CancellationToken cancellationToken) =>
        Sql.ExecuteAsync(
            connection,
            "UPDATE work_items SET extraction_id = $3 WHERE id = $1 AND fence = $2 AND state = 2",
            [item.Id, item.Fence, item.ExtractionId],
            cancellationToken
        );

    /// <summary>Ends items with success; part of the caller's transaction.</summary>
    /// <returns>The items that were still held.</returns>
    public async Task<HashSet<long>> FinishAsync(
        NpgsqlConnection connection,
        IReadOnlyCollection<ClaimedItem> items,
        CancellationToken cancellationToken
    )
    {
        const string sql = """
            UPDATE work_items w SET state = 3, worker_id = NULL, lease_until = NULL, updated_at = $3
            FROM unnest($1::bigint[], $2::bigint[]) AS d(id, fence)
            WHERE w.id = d.id AND w.fence = d.fence AND w.state = 2
            RETURNING w.id
            """;
        await using var command = Sql.Command(connection, sql, Ids(items), Fences(items), time.GetUtcNow());
        return await ReadIdsAsync(command, cancellationToken);
    }

    /// <summary>Ends one item with a reason; part of the caller's transaction.</summary>
    /// <returns>False when it was not held any more.</returns>
    public async Task<bool> FailAsync(NpgsqlConnection connection, ClaimedItem item, Failure failure, CancellationToken cancellationToken)
    {
        const string sql = """
            UPDATE work_items SET state = 4, worker_id = NULL, lease_until = NULL, failure_code = $3, failure_reason = $4, updated_at = $5
            WHERE id = $1 AND fence = $2 AND state = 2
            """;
        return await Sql.ExecuteAsync(
                connection,
                sql,
                [item.Id, item.Fence, (int)failure.Code, failure.Reason, time.GetUtcNow()],
                cancellationToken
            ) == 1;
    }

    /// <summary>Gives an item back to be tried again after <paramref name="delay"/>.</summary>
    /// <param name="countsAsFailure">False when the work was merely interrupted: then the claim does not count either.</param>
    public async Task ReturnAsync(
        ClaimedItem item,
        TimeSpan delay,
        Failure? reason,
        bool countsAsFailure,
        CancellationToken cancellationToken
    )
    {
        const string sql = """
            UPDATE work_items
            SET state = 1, worker_id = NULL, lease_until = NULL, not_before = $3, failure_code = $4, failure_reason = $5, updated_at = $6,
                failures = failures + $7, attempts = greatest(0, attempts - 1)
            WHERE id = $1 AND fence = $2 AND state = 2
            """;
        var now = time.GetUtcNow();
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        object?[] values = [item.Id, item.Fence, now + delay, (int?)reason?.Code, reason?.Reason, now, countsAsFailure ? 1 : 0];
        if (await Sql.ExecuteAsync(connection, sql, values, cancellationToken) == 1 && delay <= TimeSpan.Zero)
        {
            await Sql.NotifyAsync(connection, Channels.Work, Queues.Of(item.Stage), cancellationToken);
        }
    }

    /// <summary>Returns items whose lease has run out or whose worker is gone.</summary>
    /// <returns>The stages that have claimable items because of it.</returns>
    public async Task<List<Stage>> ReturnExpiredAsync(CancellationToken cancellationToken)
    {
        var sql = $"""
            WITH expired AS (
                SELECT id FROM work_items
                WHERE state = 2 AND (lease_until < $1 OR worker_id IS NULL OR worker_id NOT IN ({WorkerPresence.LivingSql}))
                ORDER BY id FOR UPDATE SKIP LOCKED
            ), returned AS (
                UPDATE work_items w SET state = 1, worker_id = NULL, lease_until = NULL, updated_at = $1
                FROM expired WHERE w.id = expired.id
                RETURNING w.stage
            )
            SELECT DISTINCT stage FROM returned
            """;
        await using var command = Sql.Command(dataSource, sql, time.GetUtcNow());
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var stages = new List<Stage>();
        while (await reader.ReadAsync(cancellationToken))
        {
            stages.Add((Stage)reader.GetInt32(0));
        }

        return stages;
    }

    /// <summary>Number of claimable items of some stages, counted up to a limit.</summary>
    public async Task<int> CountClaimableAsync(IReadOnlyList<Stage> stages, int limit, CancellationToken cancellationToken)
    {
        const string sql = """
            SELECT count(*)::int FROM (SELECT 1 FROM work_items WHERE state = 1 AND stage = ANY($1) AND not_before <= $2 LIMIT $3) s
            """;
        var numbers = stages.Select(s => (int)s).ToArray();
        await using var command = Sql.Command(dataSource, sql, numbers, time.GetUtcNow(), limit);
        return (int)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private static long[] Ids(IReadOnlyCollection<ClaimedItem> items) => [.. items.Select(i => i.Id)];

    private static long[] Fences(IReadOnlyCollection<ClaimedItem> items) => [.. items.Select(i => i.Fence)];

    private static async Task<HashSet<long>> ReadIdsAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        var ids = new HashSet<long>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            ids.Add(reader.GetInt64(0));
        }

        return ids;
    }
}
