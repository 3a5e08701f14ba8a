using Npgsql;
using RagPy.Core.Pipeline;

namespace RagPy.Core.Storage;

/// <summary>Requests by idempotency key, on any replica: who comes first carries out, who comes later gets the answer.</summary>
public sealed class IdempotentRequests(NpgsqlDataSource dataSource, TimeProvider time)
{
    /// <summary>How long an answer is given again.</summary>
    private static readonly TimeSpan s_kept = TimeSpan.FromHours(24);

    /// <summary>A request that has not ended by then died with its process. Should it live after all, doing it twice does no harm: what it makes has one name.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    /// <summary>Takes the key, unless it is taken.</summary>
    /// <returns>Null when it is the caller's now; otherwise the request that has it.</returns>
    public async Task<IdempotentRequest?> BeginAsync(long personId, string key, string fingerprint, CancellationToken cancellationToken)
    {
        const string sql = """
            INSERT INTO idempotent_requests AS r (person_id, key, fingerprint, created_at) VALUES ($1, $2, $3, $4)
            ON CONFLICT (person_id, key) DO UPDATE
            SET fingerprint = excluded.fingerprint, created_at = excluded.created_at, status = NULL, body = NULL, location = NULL
            WHERE r.created_at < $5 OR (r.status IS NULL AND r.created_at < $6)
            RETURNING true
            """;
        var now = time.GetUtcNow();
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using (var command = Sql.Command(connection, sql, personId, key, fingerprint, now, now - s_kept, now - s_patience))
        {
            if (await command.ExecuteScalarAsync(cancellationToken) is not null)
            {
                await Sql.ExecuteAsync(
                    connection,
                    "DELETE FROM idempotent_requests WHERE created_at < $1",
                    [now - s_kept],
                    cancellationToken
                );
                return null;
            }
        }

        return await FindAsync(connection, personId, key, cancellationToken)
            // Forgotten between the two statements: whoever had it has failed, and the caller is told to try again.
            ?? new IdempotentRequest
            {
                PersonId = personId,
                Key = key,
                Fingerprint = fingerprint,
            };
    }

    /// <summary>Keeps the answer.</summary>
    public async Task CompleteAsync(
        long personId,
        string key,
        int status,
        string body,
        string? location,
        CancellationToken cancellationToken
    )
    {
        const string sql =
            "UPDATE idempotent_requests SET status = $3, body = $4, location = $5 WHERE person_id = $1 AND key = $2 AND status IS NULL";
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await Sql.ExecuteAsync(connection, sql, [personId, key, status, body, location], cancellationToken);
    }

    /// <summary>Gives the key back, for a request that did not come to an answer worth keeping.</summary>
    public async Task ForgetAsync(long personId, string key, CancellationToken cancellationToken)
    {
        const string sql = "DELETE FROM idempotent_requests WHERE person_id = $1 AND key = $2 AND status IS NULL";
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await Sql.ExecuteAsync(connection, sql, [personId, key], cancellationToken);
    }

    private static async Task<IdempotentRequest?> FindAsync(
        NpgsqlConnection connection,
        long personId,
        string key,
        CancellationToken cancellationToken
    )
    {
        const string sql =
            "SELECT fingerprint, status, body, location, created_at FROM idempotent_requests WHERE person_id = $1 AND key = $2";
        await using var command = Sql.Command(connection, sql, personId, key);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new IdempotentRequest
            {
                PersonId = personId,
                Key = key,
                Fingerprint = reader.GetString(0),
                Status = reader.IsDBNull(1) ? null : reader.GetInt32(1),
                Body = reader.IsDBNull(2) ? null : reader.GetString(2),
                Location = reader.IsDBNull(3) ? null : reader.GetString(3),
                CreatedAt = reader.GetFieldValue<DateTimeOffset>(4),
            }
            : null;
    }
}
