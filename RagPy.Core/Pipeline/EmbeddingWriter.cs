using System.Runtime.InteropServices;
using Npgsql;
using RagPy.Core.Embedding;
using RagPy.Core.Providers;

namespace RagPy.Core.Pipeline;

/// <summary>Finds vectors that were paid for before, and stores new ones: with the chunks that wait for them and the entry of the ledger, in one transaction.</summary>
internal sealed class EmbeddingWriter(NpgsqlDataSource dataSource, TimeProvider time)
{
    private const string CacheSql = """
        INSERT INTO provider_results (project_id, key, document_id, value, created_at)
        SELECT $1, v.key, d.id, v.value, $5
        FROM unnest($2::uuid[], $3::uuid[], $4::bytea[]) AS v(key, document_id, value) JOIN documents d ON d.id = v.document_id
        FOR KEY SHARE OF d
        ON CONFLICT DO NOTHING
        """;

    private const string LedgerSql = """
        INSERT INTO provider_ledger (at, person_id, project_id, session_id, provider, model, operation, input_tokens, output_tokens, pages, cost)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        """;

    private const string ChunksSql = """
        UPDATE chunks c SET dense = v.dense, sparse = v.sparse
        FROM unnest($1::uuid[], $2::uuid[], $3::int[], $4::bytea[], $5::bytea[]) AS v(document_id, generation, ordinal, dense, sparse)
        WHERE c.document_id = v.document_id AND c.generation = v.generation AND c.ordinal = v.ordinal
        """;

    /// <summary>The vectors that the project has of some texts.</summary>
    public async Task<Dictionary<Guid, byte[]>> FindAsync(
        long projectId,
        IReadOnlyCollection<Guid> keys,
        CancellationToken cancellationToken
    )
    {
        const string sql = "SELECT key, value FROM provider_results WHERE project_id = $1 AND key = ANY($2)";
        await using var command = Sql.Command(dataSource, sql, projectId, keys.ToArray());
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var found = new Dictionary<Guid, byte[]>();
        while (await reader.ReadAsync(cancellationToken))
        {
            found[reader.GetGuid(0)] = reader.GetFieldValue<byte[]>(1);
        }

        return found;
    }

    /// <summary>Gives chunks vectors that the project has already.</summary>
    public async Task WriteAsync(IReadOnlyList<(EmbeddingWork Work, byte[] Dense)> chunks, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(ChunksSql);
        AddChunks(command.Parameters, chunks);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Stores what one call brought.</summary>
    /// <param name="bought">Each text's first work, with its vector of unit length.</param>
    /// <param name="chunks">Every chunk that waits for one of them.</param>
    public async Task StoreAsync(
        IReadOnlyList<(EmbeddingWork Work, byte[] Dense)> bought,
        IReadOnlyList<(EmbeddingWork Work, byte[] Dense)> chunks,
        ProviderLedgerEntry entry,
        CancellationToken cancellationToken
    )
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(
            Command(
                CacheSql,
                entry.ProjectId,
                bought.Select(b => b.Work.Key).ToArray(),
                bought.Select(b => b.Work.Item.DocumentId!.Value).ToArray(),
                bought.Select(b => b.Dense).ToArray(),
                time.GetUtcNow()
            )
        );
        batch.BatchCommands.Add(
            Command(
                LedgerSql,
                time.GetUtcNow(),
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
            )
        );
        var update = new NpgsqlBatchCommand(ChunksSql);
        AddChunks(update.Parameters, chunks);
        batch.BatchCommands.Add(update);
        await batch.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>A vector as it is stored: unit length, little-endian 32-bit floats.</summary>
    public static byte[] Encode(ReadOnlySpan<float> vector) => MemoryMarshal.AsBytes(Search.UnitVector.Of(vector).AsSpan()).ToArray();

    private static void AddChunks(NpgsqlParameterCollection parameters, IReadOnlyList<(EmbeddingWork Work, byte[] Dense)> chunks)
    {
        parameters.Add(new() { Value = chunks.Select(c => c.Work.Item.DocumentId!.Value).ToArray() });
        parameters.Add(new() { Value = chunks.Select(c => c.Work.Item.Generation!.Value).ToArray() });
        parameters.Add(new() { Value = chunks.Select(c => c.Work.Ordinal).ToArray() });
        parameters.Add(new() { Value = chunks.Select(c => c.Dense).ToArray() });
        parameters.Add(new() { Value = chunks.Select(c => SparseVectorCodec.Encode(c.Work.Sparse)).ToArray() });
    }

    private static NpgsqlBatchCommand Command(string sql, params ReadOnlySpan<object?> values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value });
        }

        return command;
    }
}
