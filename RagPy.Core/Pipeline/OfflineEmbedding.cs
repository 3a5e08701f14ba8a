using System.Runtime.InteropServices;
using Npgsql;
using RagPy.Core.Embedding;

namespace RagPy.Core.Pipeline;

/// <summary>Both vectors of chunks by the offline embedder, in batches across documents; each batch is committed by itself.</summary>
internal sealed class OfflineEmbedding(NpgsqlDataSource dataSource, ChunkEncoder encoder, PipelineOptions options)
{
    /// <summary>Embeds what the documents' chunks lack.</summary>
    public async Task EmbedAsync(IReadOnlyList<ChunkInput> inputs, CancellationToken cancellationToken)
    {
        var byDocument = inputs.ToDictionary(i => i.DocumentId);
        while (await ReadAsync(inputs, cancellationToken) is { Count: > 0 } chunks)
        {
            var encoded = chunks.ConvertAll(c => encoder.Encode(byDocument[c.Document].Title, c.Text, byDocument[c.Document].Language));
            await WriteAsync(chunks, encoded, cancellationToken);
        }
    }

    private async Task<List<(Guid Document, Guid Generation, int Ordinal, string Text)>> ReadAsync(
        IReadOnlyList<ChunkInput> inputs,
        CancellationToken cancellationToken
    )
    {
        const string sql = """
            SELECT c.document_id, c.generation, c.ordinal, coalesce(c.clean_text, c.text)
            FROM unnest($1::uuid[], $2::uuid[]) AS v(document_id, generation)
            JOIN chunks c ON c.document_id = v.document_id AND c.generation = v.generation
            WHERE c.dense IS NULL ORDER BY c.document_id, c.ordinal LIMIT $3
            """;
        object?[] values =
        [
            inputs.Select(i => i.DocumentId).ToArray(),
            inputs.Select(i => i.Item.Generation!.Value).ToArray(),
            options.EmbeddingBatchSize,
        ];
        await using var command = Sql.Command(dataSource, sql, values);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var chunks = new List<(Guid, Guid, int, string)>();
        while (await reader.ReadAsync(cancellationToken))
        {
            chunks.Add((reader.GetGuid(0), reader.GetGuid(1), reader.GetInt32(2), reader.GetString(3)));
        }

        return chunks;
    }

    private async Task WriteAsync(
        List<(Guid Document, Guid Generation, int Ordinal, string Text)> chunks,
        IReadOnlyList<(float[] Dense, SparseVector Sparse)> encoded,
        CancellationToken cancellationToken
    )
    {
        const string sql = """
            UPDATE chunks c SET dense = v.dense, sparse = v.sparse
            FROM unnest($1::uuid[], $2::uuid[], $3::int[], $4::bytea[], $5::bytea[]) AS v(document_id, generation, ordinal, dense, sparse)
            WHERE c.document_id = v.document_id AND c.generation = v.generation AND c.ordinal = v.ordinal
            """;
        object?[] values =
        [
            chunks.Select(c => c.Document).ToArray(),
            chunks.Select(c => c.Generation).ToArray(),
            chunks.Select(c => c.Ordinal).ToArray(),
            encoded.Select(e => MemoryMarshal.AsBytes(e.Dense.AsSpan()).ToArray()).ToArray(),
            encoded.Select(e => SparseVectorCodec.Encode(e.Sparse)).ToArray(),
        ];
        await using var command = Sql.Command(dataSource, sql, values);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
