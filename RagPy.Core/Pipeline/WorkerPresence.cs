using Npgsql;
using RagPy.Core.Storage;

namespace RagPy.Core.Pipeline;

/// <summary>Tells which workers live: those whose advisory lock is held. A process that dies loses its lock with its connection, at once.</summary>
public sealed class WorkerPresence(NpgsqlDataSource dataSource)
{
    /// <summary>Gives the ids of living workers as a set-returning expression for other statements.</summary>
    internal static readonly string LivingSql = $"""
        SELECT objid::bigint::int FROM pg_locks
        WHERE locktype = 'advisory' AND granted AND objsubid = 1 AND classid = {AdvisoryLocks.WorkerClass}
          AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
        """;

    /// <summary>Whether any worker runs, in this process or elsewhere.</summary>
    public async Task<bool> AnyAsync(CancellationToken cancellationToken)
    {
        await using var command = Sql.Command(dataSource, $"SELECT EXISTS ({LivingSql})");
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>The workers that run now.</summary>
    public async Task<IReadOnlyList<WorkerProcess>> ListAsync(CancellationToken cancellationToken)
    {
        await using var command = Sql.Command(
            dataSource,
            $"SELECT id, host, process_id, concurrency, started_at FROM workers WHERE id IN ({LivingSql}) ORDER BY id"
        );
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var workers = new List<WorkerProcess>();
        while (await reader.ReadAsync(cancellationToken))
        {
            workers.Add(
                new WorkerProcess
                {
                    Id = reader.GetInt32(0),
                    Host = reader.GetString(1),
                    ProcessId = reader.GetInt32(2),
                    Concurrency = reader.GetFieldValue<int[]>(3),
                    StartedAt = reader.GetFieldValue<DateTimeOffset>(4),
                }
            );
        }

        return workers;
    }
}
