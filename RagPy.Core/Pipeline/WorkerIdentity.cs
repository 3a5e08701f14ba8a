using Microsoft.Extensions.Logging;
using Npgsql;
using RagPy.Core.Storage;

namespace RagPy.Core.Pipeline;

/// <summary>
/// This process's id as a worker, and the advisory lock that says it lives. The lock goes with the connection, so a process that is killed is known to
/// be gone at once. A connection lost for another reason is made anew with the same id.
/// </summary>
internal sealed partial class WorkerIdentity(
    NpgsqlDataSource dataSource,
    PipelineOptions options,
    TimeProvider time,
    ILogger<WorkerIdentity> logger
)
{
    private NpgsqlConnection? _connection;

    /// <summary>0 until <see cref="RegisterAsync"/>.</summary>
    public int Id { get; private set; }

    /// <summary>Takes an id and its lock.</summary>
    public async Task RegisterAsync(CancellationToken cancellationToken)
    {
        const string sql = "INSERT INTO workers (host, process_id, concurrency, started_at) VALUES ($1, $2, $3, $4) RETURNING id";
        var concurrency = Queues.All.Select(queue => PumpPlan.Of(options, queue).Slots).ToArray();
        await using (
            var command = Sql.Command(dataSource, sql, Environment.MachineName, Environment.ProcessId, concurrency, time.GetUtcNow())
        )
        {
            Id = (int)(await command.ExecuteScalarAsync(cancellationToken))!;
        }

        await LockAsync(cancellationToken);
    }

    /// <summary>Makes sure the lock is still held; takes it again when its connection was lost.</summary>
    public async Task EnsureAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var command = Sql.Command(_connection!, "SELECT 1");
            await command.ExecuteScalarAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is NpgsqlException or InvalidOperationException)
        {
            LogLost(exception);
            await DropConnectionAsync();
            await LockAsync(cancellationToken);
        }
    }

    /// <summary>Gives the lock back; the worker's leases may be taken over from then on.</summary>
    public async Task UnregisterAsync(CancellationToken cancellationToken)
    {
        await DropConnectionAsync();
        await using var command = Sql.Command(dataSource, "DELETE FROM workers WHERE id = $1", Id);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task LockAsync(CancellationToken cancellationToken)
    {
        // Not from the pool: a pooled connection would be reset, or kept open after this process means to be gone.
        var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(options.ConnectionString)
            {
                Pooling = false,
                KeepAlive = 30,
                ApplicationName = "ragpy-worker",
            }.ConnectionString
        );
        try
        {
            await connection.OpenAsync(cancellationToken);
            await using var command = Sql.Command(connection, "SELECT pg_advisory_lock($1)", AdvisoryLocks.Worker(Id));
            await command.ExecuteNonQueryAsync(cancellationToken);
            _connection = connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private async Task DropConnectionAsync()
    {
        if (_connection is { } connection)
        {
            _connection = null;
            await connection.DisposeAsync();
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The connection that shows this worker is alive was lost; taking its lock again")]
    private partial void LogLost(Exception exception);
}
