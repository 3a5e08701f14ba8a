using System.Runtime.InteropServices;
using Npgsql;
using RagPy.Core.Embedding;
using RagPy.Core.Providers;

namespace RagPy.Core.Pipeline;

/// <summary>Finds vectors that were paid for before, and stores new ones: with the chunks that wait for them and the entry of the ledger, in one transaction.</summary>
internal sealed class EmbeddingWriter(NpgsqlDataSource dataSource, TimeProvider time)
{
    private const string ChunksSql = """
        UPDATE chunks c SET dense = v.dense, sparse = v.sparse
        FROM unnest($1::uuid[], $2::uuid[], $3::int[], $4::bytea[], $5::bytea[]) AS v(document_id, generation, ordinal, dense, sparse)
        WHERE c.document_id = v.document_id AND c.generation = v.generation AND c.ordinal = v.ordinal
        """;

    /// <summary>The vectors that the project has of some texts.</summary>
    public Task<Dictionary<Guid, byte[]>> FindAsync(long projectId, IReadOnlyCollection<Guid> keys, CancellationToken cancellationToken) =>
        PaidResults.FindAsync(dataSource, projectId, keys, cancellationToken);

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
            PaidResults.Keep(entry.ProjectId, [.. bought.Select(b => (b.Work.Key, b.Work.Item.DocumentId!.Value, b.Dense))], now)
        );
        batch.BatchCommands.Add(PaidResults.Enter(entry, now));
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
}
