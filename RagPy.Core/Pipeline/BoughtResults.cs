using Npgsql;
using RagPy.Core.Providers;

namespace RagPy.Core.Pipeline;

/// <summary>The statements on what was bought of providers: found by key, stored with the entry of the ledger in one transaction.</summary>
internal static class BoughtResults
{
    private const string CacheSql = """
        INSERT INTO provider_results (project_id, key, document_id, value, created_at)
        SELECT $1, v.key, d.id, v.value, $5
        FROM unnest($2::uuid[], $3::uuid[], $4::bytea[]) AS v(key, document_id, value) JOIN documents d ON d.id = v.document_id
        FOR KEY SHARE OF d
        ON CONFLICT (project_id, key) DO UPDATE SET value = excluded.value, failure_code = NULL, failure_reason = NULL
        WHERE provider_results.failure_code IS NOT NULL
        """;

    private const string RefusalSql = """
        INSERT INTO provider_results (project_id, key, document_id, value, created_at, failure_code, failure_reason)
        SELECT $1, $2, d.id, '', $4, $5, $6 FROM documents d WHERE d.id = $3
        FOR KEY SHARE OF d
        ON CONFLICT DO NOTHING
        """;

    private const string LedgerSql = """
        INSERT INTO provider_ledger (at, person_id, project_id, session_id, provider, model, operation, input_tokens, output_tokens, pages, cost)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        """;

    /// <summary>What the project has of some keys.</summary>
    public static async Task<Dictionary<Guid, byte[]>> FindAsync(
        NpgsqlDataSource dataSource,
        long projectId,
        IReadOnlyCollection<Guid> keys,
        CancellationToken cancellationToken
    )
    {
        const string sql = "SELECT key, value FROM provider_results WHERE project_id = $1 AND key = ANY($2) AND failure_code IS NULL";
        await using var command = Sql.Command(dataSource, sql, projectId, keys.ToArray());
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var found = new Dictionary<Guid, byte[]>();
        while (await reader.ReadAsync(cancellationToken))
        {
            found[reader.GetGuid(0)] = reader.GetFieldValue<byte[]>(1);
        }

        return found;
    }

    /// <summary>What the project has of some keys, each a value or why it was refused.</summary>
    public static async Task<Dictionary<Guid, (byte[] Value, Failure? Refusal)>> FindAllAsync(
        NpgsqlDataSource dataSource,
        long projectId,
        IReadOnlyCollection<Guid> keys,
        CancellationToken cancellationToken
    )
    {
        const string sql = "SELECT key, value, failure_code, failure_reason FROM provider_results WHERE project_id = $1 AND key = ANY($2)";
        await using var command = Sql.Command(dataSource, sql, projectId, keys.ToArray());
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var found = new Dictionary<Guid, (byte[], Failure?)>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var refusal = reader.IsDBNull(2) ? null : new Failure((FailureCode)reader.GetInt32(2), reader.GetString(3));
            found[reader.GetGuid(0)] = (reader.GetFieldValue<byte[]>(1), refusal);
        }

        return found;
    }

    /// <summary>Those of some keys that the project has.</summary>
    public static async Task<HashSet<Guid>> FindKeysAsync(
        NpgsqlDataSource dataSource,
        long projectId,
        IReadOnlyCollection<Guid> keys,
        CancellationToken cancellationToken
    )
    {
        const string sql = "SELECT coalesce(array_agg(key), '{}') FROM provider_results WHERE project_id = $1 AND key = ANY($2)";
        await using var command = Sql.Command(dataSource, sql, projectId, keys.ToArray());
        return [.. (Guid[])(await command.ExecuteScalarAsync(cancellationToken))!];
    }

    /// <summary>Stores results, each for the document that it was made for; where that is gone, nothing.</summary>
    public static NpgsqlBatchCommand Cache(
        long projectId,
        IReadOnlyList<(Guid Key, Guid Document, byte[] Value)> results,
        DateTimeOffset now
    ) =>
        Command(
            CacheSql,
            projectId,
            results.Select(r => r.Key).ToArray(),
            results.Select(r => r.Document).ToArray(),
            results.Select(r => r.Value).ToArray(),
            now
        );

    /// <summary>Remembers that a provider refuses something, for the document that it was asked for.</summary>
    public static NpgsqlBatchCommand Refuse(long projectId, Guid key, Guid document, Failure failure, DateTimeOffset now) =>
        Command(RefusalSql, projectId, key, document, now, (int)failure.Code, failure.Reason);

    /// <summary>Writes what was paid.</summary>
    public static NpgsqlBatchCommand Ledger(ProviderLedgerEntry entry, DateTimeOffset now) =>
        Command(
            LedgerSql,
            now,
            entry.PersonId,
            entry.ProjectId,
            entry.SessionId,
            entry.Provider,
            entry.Model,
            entry.Operation,
            entry.InputTokens,
            entry.OutputTokens,
            entry.Pages,
            entry.Cost
        );

    /// <summary>A statement of the same batch.</summary>
    public static NpgsqlBatchCommand Command(string sql, params ReadOnlySpan<object?> values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value });
        }

        return command;
    }
}
