using System.Runtime.InteropServices;
using Npgsql;
using RagPy.Core.Embedding;
using RagPy.Core.Providers;

namespace RagPy.Core.Pipeline;

/// <summary>Finds vectors that were paid for before, and stores new ones: with the chunks that wait for them and the entry of the ledger, in one transaction.</summary>
internal sealed class EmbeddingWriter(NpgsqlDataSource dataSource, TimeProvider time)
{
    private const string ChunksSql = """
        UPDATE chunks c SET dense = v.dense, sparse = v.sparse, vector_failure_code = NULL, vector_failure_reason = NULL
        FROM unnest($1::uuid[], $2::uuid[], $3::int[], $4::bytea[], $5::bytea[]) AS v(document_id, generation, ordinal, dense, sparse)
        WHERE c.document_id = v.document_id AND c.generation = v.generation AND c.ordinal = v.ordinal
        """;

    /// <summary>What the project has of some texts: a vector, or why there is none.</summary>
    public Task<Dictionary<Guid, (byte[] Value, Failure? Refusal)>> FindAsync(
        long projectId,
        IReadOnlyCollection<Guid> keys,
        CancellationToken cancellationToken
    ) => BoughtResults.FindAllAsync(dataSource, projectId, keys, cancellationToken);

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
        var now = time.GetUtcNow();
        batch.BatchCommands.Add(
            BoughtResults.Cache(entry.ProjectId, [.. bought.Select(b => (b.Work.Key, b.Work.Item.DocumentId!.Value, b.Dense))], now)
        );
        batch.BatchCommands.Add(BoughtResults.Ledger(entry, now));
        var update = new NpgsqlBatchCommand(ChunksSql);
        AddChunks(update.Parameters, chunks);
        batch.BatchCommands.Add(update);
        await batch.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Notes that an embedder refuses a text: its chunks have their terms, and a reason in place of a vector.</summary>
    /// <param name="chunks">All that have the text.</param>
    public async Task RefuseAsync(IReadOnlyList<EmbeddingWork> chunks, Failure failure, CancellationToken cancellationToken)
    {
        const string sql = """
            UPDATE chunks c SET sparse = v.sparse, vector_failure_code = $5, vector_failure_reason = $6
            FROM unnest($1::uuid[], $2::uuid[], $3::int[], $4::bytea[]) AS v(document_id, generation, ordinal, sparse)
            WHERE c.document_id = v.document_id AND c.generation = v.generation AND c.ordinal = v.ordinal AND c.dense IS NULL
            """;
        var first = chunks[0];
        await using var batch = dataSource.CreateBatch();
        batch.BatchCommands.Add(
            BoughtResults.Refuse(first.Item.ProjectId, first.Key, first.Item.DocumentId!.Value, failure, time.GetUtcNow())
        );
        batch.BatchCommands.Add(
            BoughtResults.Command(
                sql,
                chunks.Select(c => c.Item.DocumentId!.Value).ToArray(),
                chunks.Select(c => c.Item.Generation!.Value).ToArray(),
                chunks.Select(c => c.Ordinal).ToArray(),
                chunks.Select(c => SparseVectorCodec.Encode(c.Sparse)).ToArray(),
                (int)failure.Code,
                failure.Reason
            )
        );
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The first refusal of each document of which every chunk was refused.</summary>
    public async Task<Dictionary<Guid, (int Ordinal, Failure Failure)>> FindRefusedAsync(
        IReadOnlyList<ChunkInput> inputs,
        CancellationToken cancellationToken
    )
    {
        const string sql = """
            SELECT v.document_id, c.ordinal, c.vector_failure_code, c.vector_failure_reason
            FROM unnest($1::uuid[], $2::uuid[]) AS v(document_id, generation)
            JOIN LATERAL (
                SELECT ordinal, vector_failure_code, vector_failure_reason FROM chunks c
                WHERE c.document_id = v.document_id AND c.generation = v.generation AND c.vector_failure_code IS NOT NULL ORDER BY ordinal LIMIT 1
            ) c ON true
            WHERE NOT EXISTS (
                SELECT FROM chunks o WHERE o.document_id = v.document_id AND o.generation = v.generation AND o.dense IS NOT NULL)
            """;
        object?[] values = [inputs.Select(i => i.DocumentId).ToArray(), inputs.Select(i => i.Item.Generation!.Value).ToArray()];
        await using var command = Sql.Command(dataSource, sql, values);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var refused = new Dictionary<Guid, (int, Failure)>();
        while (await reader.ReadAsync(cancellationToken))
        {
            refused[reader.GetGuid(0)] = (reader.GetInt32(1), new Failure((FailureCode)reader.GetInt32(2), reader.GetString(3)));
        }

        return refused;
    }

    /// <summary>Writes what was paid for without a chunk.</summary>
    public async Task RecordAsync(ProviderLedgerEntry entry, CancellationToken cancellationToken)
    {
        await using var batch = dataSource.CreateBatch();
        batch.BatchCommands.Add(BoughtResults.Ledger(entry, time.GetUtcNow()));
        await batch.ExecuteNonQueryAsync(cancellationToken);
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
}
