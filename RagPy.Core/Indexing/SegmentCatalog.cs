using System.Data;
using Npgsql;
using NpgsqlTypes;

namespace RagPy.Core.Indexing;

/// <summary>The rows behind the embedded store: which segments count, which generations are current, and who may rewrite files.</summary>
internal sealed class SegmentCatalog(NpgsqlDataSource dataSource, TimeProvider time)
{
    /// <summary>First half of the advisory lock's key; the second is the project.</summary>
    private const int LockSpace = 0x5250_5347;

    /// <summary>The project's index version, or null when it is gone.</summary>
    public async Task<long?> GetVersionAsync(long projectId, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("SELECT index_version FROM projects WHERE id = $1 AND deleted_at IS NULL");
        command.Parameters.Add(new() { Value = projectId });
        return (long?)await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Version, segments and current generations as of one moment; null when the project is gone.</summary>
    public async Task<(long Version, IReadOnlyList<SegmentRow> Segments, IReadOnlyDictionary<Guid, Guid> Current)?> LoadAsync(
        long projectId,
        CancellationToken cancellationToken
    )
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var transaction = await connection
            .BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken)
            .ConfigureAwait(false);
        await using var batch = new NpgsqlBatch(connection, transaction);
        Add(batch, "SELECT index_version FROM projects WHERE id = $1 AND deleted_at IS NULL", projectId);
        Add(batch, SelectSegments, projectId);
        Add(batch, "SELECT id, generation FROM documents WHERE project_id = $1 AND generation IS NOT NULL", projectId);

        long version;
        List<SegmentRow> segments;
        var current = new Dictionary<Guid, Guid>();
        await using (var reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false))
        {
            if (!await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                return null;
            }

            version = reader.GetInt64(0);
            await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
            segments = await ReadSegmentsAsync(reader, cancellationToken).ConfigureAwait(false);
            await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                current.Add(reader.GetGuid(0), reader.GetGuid(1));
            }
        }

        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return (version, segments, current);
    }

    /// <summary>The project's segments, newest first.</summary>
    public async Task<IReadOnlyList<SegmentRow>> ListAsync(long projectId, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(SelectSegments);
        command.Parameters.Add(new() { Value = projectId });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        return await ReadSegmentsAsync(reader, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Replaces segments by others in one transaction and lets every reader know. Without <paramref name="removed"/> nobody need know:
    /// new points are seen only when their document's row names them.
    /// </summary>
    /// <exception cref="DBConcurrencyException">Another process replaced them first; nothing is changed.</exception>
    public async Task SwapAsync(
        long projectId,
        IReadOnlyCollection<Guid> removed,
        IReadOnlyCollection<SegmentRow> added,
        CancellationToken cancellationToken
    )
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        if (removed.Count > 0)
        {
            await using var delete = new NpgsqlCommand(
                "DELETE FROM index_segments WHERE project_id = $1 AND id = ANY($2)",
                connection,
                transaction
            );
            delete.Parameters.Add(new() { Value = projectId });
            delete.Parameters.Add(new() { Value = removed.ToArray() });
            if (await delete.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false) != removed.Count)
            {
                throw new DBConcurrencyException("The segments were replaced by another process.");
            }

            await using var bump = new NpgsqlCommand(
                "UPDATE projects SET index_version = index_version + 1 WHERE id = $1",
                connection,
                transaction
            );
            bump.Parameters.Add(new() { Value = projectId });
            await bump.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }

        foreach (var row in added)
        {
            await using var insert = new NpgsqlCommand(
                "INSERT INTO index_segments (id, project_id, dimension, point_count, bytes, created_at) VALUES ($1, $2, $3, $4, $5, $6)",
                connection,
                transaction
            );
            insert.Parameters.Add(new() { Value = row.Id });
            insert.Parameters.Add(new() { Value = projectId });
            insert.Parameters.Add(new() { Value = row.Dimension });
            insert.Parameters.Add(new() { Value = row.PointCount });
            insert.Parameters.Add(new() { Value = row.Bytes });
            insert.Parameters.Add(new() { Value = time.GetUtcNow(), NpgsqlDbType = NpgsqlDbType.TimestampTz });
            await insert.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }

        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Removes every row of a project and lets its readers know.</summary>
    public async Task RemoveAllAsync(long projectId, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(
            """
            WITH gone AS (DELETE FROM index_segments WHERE project_id = $1)
            UPDATE projects SET index_version = index_version + 1 WHERE id = $1
            """
        );
        command.Parameters.Add(new() { Value = projectId });
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Takes the lock under which a project's files are rewritten; it ends with the returned object, or with the process.</summary>
    /// <param name="wait">False to give up at once when another holds it.</param>
    /// <returns>Null when another holds it.</returns>
    public async Task<IAsyncDisposable?> LockAsync(long projectId, bool wait, CancellationToken cancellationToken)
    {
        var connection = await dataSource.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await using var command = new NpgsqlCommand(
                wait ? "SELECT pg_advisory_lock($1, $2) IS NULL" : "SELECT pg_try_advisory_lock($1, $2)",
                connection
            );
            command.CommandTimeout = 0;
            command.Parameters.Add(new() { Value = LockSpace });
            command.Parameters.Add(new() { Value = unchecked((int)projectId) });
            var taken = (bool)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))! || wait;
            if (taken)
            {
                return new Lock(connection, unchecked((int)projectId));
            }
        }
        catch
        {
            // Cancelled in the moment of success, the lock is held: it must not go back into the pool with the connection.
            await new Lock(connection, unchecked((int)projectId)).DisposeAsync().ConfigureAwait(false);
            throw;
        }

        await connection.DisposeAsync().ConfigureAwait(false);
        return null;
    }

    private const string SelectSegments =
        "SELECT id, dimension, point_count, bytes FROM index_segments WHERE project_id = $1 ORDER BY created_at DESC, id";

    private static void Add(NpgsqlBatch batch, string sql, long projectId)
    {
        var command = new NpgsqlBatchCommand(sql);
        command.Parameters.Add(new() { Value = projectId });
        batch.BatchCommands.Add(command);
    }

    private static async Task<List<SegmentRow>> ReadSegmentsAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        var segments = new List<SegmentRow>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            segments.Add(new SegmentRow(reader.GetGuid(0), reader.GetInt32(1), reader.GetInt32(2), reader.GetInt64(3)));
        }

        return segments;
    }

    private sealed class Lock(NpgsqlConnection connection, int projectId) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            try
            {
                await using var command = new NpgsqlCommand("SELECT pg_advisory_unlock($1, $2)", connection);
                command.Parameters.Add(new() { Value = LockSpace });
                command.Parameters.Add(new() { Value = projectId });
                await command.ExecuteNonQueryAsync().ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is NpgsqlException or InvalidOperationException)
            {
                // The connection is gone, and the lock with it.
            }

            await connection.DisposeAsync().ConfigureAwait(false);
        }
    }
}
