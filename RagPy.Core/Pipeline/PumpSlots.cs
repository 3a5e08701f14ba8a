using Npgsql;

namespace RagPy.Core.Pipeline;

/// <summary>Who may pump: one row per queue and slot, each with a ticket that only the newest job holds.</summary>
internal sealed class PumpSlots(NpgsqlDataSource dataSource, TimeProvider time)
{
    /// <summary>A job that has not begun by then is taken to be lost.</summary>
    private static readonly TimeSpan s_enqueuedFor = TimeSpan.FromSeconds(30);

    /// <summary>Makes the rows there can be.</summary>
    public async Task PrepareAsync(string queue, int slots, CancellationToken cancellationToken)
    {
        const string sql = """
            INSERT INTO pumps (queue, slot, state, ticket, changed_at) SELECT $1, s, 0, 0, $3 FROM generate_series(0, $2 - 1) s
            ON CONFLICT DO NOTHING
            """;
        await using var command = Sql.Command(dataSource, sql, queue, slots, time.GetUtcNow());
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Reserves up to <paramref name="count"/> slots that nobody works, for jobs to be enqueued.</summary>
    public async Task<List<(int Slot, long Ticket)>> ReserveAsync(string queue, int count, CancellationToken cancellationToken)
    {
        var sql = $"""
            WITH free AS (
                SELECT slot FROM pumps
                WHERE queue = $1 AND (state = 0 OR (state = 1 AND changed_at < $4) OR (state = 2 AND worker_id NOT IN ({WorkerPresence.LivingSql})))
                ORDER BY slot LIMIT $2 FOR UPDATE SKIP LOCKED
            )
            UPDATE pumps p SET state = 1, ticket = p.ticket + 1, worker_id = NULL, changed_at = $3
            FROM free WHERE p.queue = $1 AND p.slot = free.slot
            RETURNING p.slot, p.ticket
            """;
        var now = time.GetUtcNow();
        await using var command = Sql.Command(dataSource, sql, queue, count, now, now - s_enqueuedFor);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var slots = new List<(int, long)>();
        while (await reader.ReadAsync(cancellationToken))
        {
            slots.Add((reader.GetInt32(0), reader.GetInt64(1)));
        }

        return slots;
    }

    /// <summary>Begins the job that holds the ticket.</summary>
    /// <returns>False for a job that is not the slot's newest, or was begun already.</returns>
    public Task<bool> BeginAsync(string queue, int slot, long ticket, int workerId, CancellationToken cancellationToken) =>
        ChangeAsync(
            "UPDATE pumps SET state = 2, worker_id = $4, changed_at = $5 WHERE queue = $1 AND slot = $2 AND ticket = $3 AND state = 1",
            [queue, slot, ticket, workerId, time.GetUtcNow()],
            cancellationToken
        );

    /// <summary>Gives the slot back.</summary>
    public Task<bool> EndAsync(string queue, int slot, long ticket, CancellationToken cancellationToken) =>
        ChangeAsync(
            "UPDATE pumps SET state = 0, worker_id = NULL, changed_at = $4 WHERE queue = $1 AND slot = $2 AND ticket = $3",
            [queue, slot, ticket, time.GetUtcNow()],
            cancellationToken
        );

    private async Task<bool> ChangeAsync(string sql, object?[] values, CancellationToken cancellationToken)
    {
        await using var command = Sql.Command(dataSource, sql, values);
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
    }
}
