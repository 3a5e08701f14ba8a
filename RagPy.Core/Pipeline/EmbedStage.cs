using System.Runtime.InteropServices;
using Npgsql;
using RagPy.Core.Embedding;

namespace RagPy.Core.Pipeline;

/// <summary>
/// Gives chunks their vectors, in batches as the embedder wants them, formed across documents. Each batch is committed by itself: what a provider was paid
/// for is not asked for again, whatever ends the process.
/// </summary>
internal sealed class EmbedStage(
    NpgsqlDataSource dataSource,
    ChunkVectors vectors,
    DocumentVersions versions,
    WorkItemStore store,
    PipelineOptions options
) : IStageHandler
{
    /// <inheritdoc/>
    public Stage Stage => Stage.Embed;

    /// <inheritdoc/>
    public int BatchSize => options.BatchSize;

    /// <inheritdoc/>
    public async Task RunAsync(StageBatch batch)
    {
        var inputs = await ChunkInput.ReadAsync(dataSource, batch.Items, withStructure: false, batch.Stopping);
        var current = inputs.Values.Where(IsCurrent).ToList();
        var outdated = inputs.Values.Where(i => !IsCurrent(i)).ToList();
        await batch.CommitAsync(
            outdated,
            i => i.Item,
            (connection, items, token) =>
                store.AdvanceAsync(connection, [.. items.Select(i => i.Item with { Generation = null })], Stage.Chunk, token)
        );
        foreach (var project in current.GroupBy(i => (i.Item.ProjectId, i.Embedder, i.Dimension)))
        {
            await EmbedProjectAsync(batch, [.. project]);
        }
    }

    /// <summary>False after an upgrade between the stages: then the chunks belong to a generation that would not be made today.</summary>
    private bool IsCurrent(ChunkInput input) =>
        input.Item.Generation
        == versions.Generation(
            input.DocumentId,
            input.ContentHash,
            input.Title,
            input.Extraction,
            input.Language,
            input.Embedder,
            input.Dimension
        );

    private async Task EmbedProjectAsync(StageBatch batch, List<ChunkInput> inputs)
    {
        var together = inputs.Count > 1 && await TryTogetherAsync(batch, inputs);
        var done = new List<ChunkInput>();
        foreach (var input in inputs)
        {
            // One by one when the batch failed: so each failure has its document. What was embedded already is skipped.
            if (together || await batch.Guard(input.Item, token => EmbedAsync([input], token)))
            {
                done.Add(input);
            }
        }

        await batch.CommitAsync(
            done,
            i => i.Item,
            (connection, items, token) => store.AdvanceAsync(connection, [.. items.Select(i => i.Item)], Stage.Index, token)
        );
    }

    private async Task<bool> TryTogetherAsync(StageBatch batch, List<ChunkInput> inputs)
    {
        try
        {
            await EmbedAsync(inputs, batch.Stopping);
            return true;
        }
        catch (Exception exception) when (!ItemFailures.IsDatabaseAway(exception) && exception is not OperationCanceledException)
        {
            return false;
        }
    }

    private async Task EmbedAsync(IReadOnlyList<ChunkInput> inputs, CancellationToken cancellationToken)
    {
        var byDocument = inputs.ToDictionary(i => i.DocumentId);
        while (await ReadAsync(inputs, cancellationToken) is { Count: > 0 } chunks)
        {
            var texts = chunks.Select(c => (byDocument[c.Document].Title, c.Text, byDocument[c.Document].Language)).ToList();
            var encoded = await vectors.EncodeAsync(inputs[0].Embedder, inputs[0].Dimension, texts, cancellationToken);
            await WriteAsync(chunks, encoded, cancellationToken);
        }
    }

    private async Task<List<(Guid Document, Guid Generation, int Ordinal, string Text)>> ReadAsync(
        IReadOnlyList<ChunkInput> inputs,
        CancellationToken cancellationToken
    )
    {
        const string sql = """
            SELECT c.document_id, c.generation, c.ordinal, c.text
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
