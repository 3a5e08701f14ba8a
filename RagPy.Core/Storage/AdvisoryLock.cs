using Npgsql;
using RagPy.Core.Pipeline;

namespace RagPy.Core.Storage;

/// <summary>An advisory lock held by a connection of its own until disposal, or until the connection dies.</summary>
internal sealed class AdvisoryLock : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;

    private AdvisoryLock(NpgsqlConnection connection) => _connection = connection;

    /// <summary>Waits for the lock.</summary>
    public static async Task<AdvisoryLock> AcquireAsync(
        NpgsqlDataSource dataSource,
        long key,
        bool shared,
        CancellationToken cancellationToken
    )
    {
        var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        try
        {
            await using var command = Sql.Command(
                connection,
                shared ? "SELECT pg_advisory_lock_shared($1)" : "SELECT pg_advisory_lock($1)",
                key
            );
            command.CommandTimeout = 0;
            await command.ExecuteNonQueryAsync(cancellationToken);
            return new AdvisoryLock(connection);
        }
        catch
        {
            // Cancelled in the moment of success, the lock is held: it must not go back into the pool with the connection.
            await new AdvisoryLock(connection).DisposeAsync();
            throw;
        }
    }

    /// <summary>Takes the lock if nobody holds it.</summary>
    /// <returns>Null when someone does.</returns>
    public static async Task<AdvisoryLock?> TryAcquireAsync(NpgsqlDataSource dataSource, long key, CancellationToken cancellationToken)
    {
        var taken = new AdvisoryLock(await dataSource.OpenConnectionAsync(cancellationToken));
        try
        {
            await using var command = Sql.Command(taken._connection, "SELECT pg_try_advisory_lock($1)", key);
            if (await command.ExecuteScalarAsync(cancellationToken) is true)
            {
                return taken;
            }
        }
        catch
        {
            await taken.DisposeAsync();
            throw;
        }

        await taken.DisposeAsync();
        return null;
    }

    /// <summary>Makes sure that the lock is still held.</summary>
    /// <exception cref="NpgsqlException">The connection is gone, and the lock with it.</exception>
    public async Task ConfirmAsync(CancellationToken cancellationToken)
    {
        await using var command = Sql.Command(_connection, "SELECT 1");
        await command.ExecuteScalarAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await using var command = Sql.Command(_connection, "SELECT pg_advisory_unlock_all()");
            await command.ExecuteNonQueryAsync();
        }
        catch (Exception exception) when (exception is NpgsqlException or InvalidOperationException)
        {
            // The connection is gone, and the lock with it.
        }

        await _connection.DisposeAsync();
    }
}
