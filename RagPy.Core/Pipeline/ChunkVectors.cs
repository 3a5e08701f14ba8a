using RagPy.Core.Embedding;

namespace RagPy.Core.Pipeline;

/// <summary>Dense and sparse vectors of chunks, by the project's embedder.</summary>
internal sealed class ChunkVectors(IEmbedderRegistry embedders, ChunkEncoder offline, SparseEncoder sparse)
{
    /// <summary>Encodes texts.</summary>
    /// <returns>One pair a text, in order. Dense vectors have unit length.</returns>
    /// <exception cref="TransientFailureException">The embedder gave too few vectors, vectors of another dimension, or none at all.</exception>
    public async Task<IReadOnlyList<(float[] Dense, SparseVector Sparse)>> EncodeAsync(
        string embedder,
        int dimension,
        IReadOnlyList<(string Title, string Text, string Language)> texts,
        CancellationToken cancellationToken
    )
    {
        if (embedder == OfflineEmbeddingGenerator.Info.Id)
        {
            // One analysis serves both vectors.
            return [.. texts.Select(t => offline.Encode(t.Title, t.Text, t.Language))];
        }

        var generated = await embedders
            .Get(embedder)
            .GenerateAsync(texts.Select(t => ChunkEncoder.TextToEmbed(t.Title, t.Text)), cancellationToken: cancellationToken);
        if (generated.Count != texts.Count)
        {
            throw Wrong($"{generated.Count} vectors for {texts.Count} texts");
        }

        return [.. texts.Select((t, i) => (Normalize(generated[i].Vector.Span, dimension), sparse.Encode(t.Title, t.Text, t.Language)))];
    }

    private static float[] Normalize(ReadOnlySpan<float> vector, int dimension)
    {
        if (vector.Length != dimension)
        {
            throw Wrong($"a vector of {vector.Length} components where the project has {dimension}");
        }

        var squares = 0.0;
        foreach (var component in vector)
        {
            squares += (double)component * component;
        }

        var norm = Math.Sqrt(squares);
        if (!double.IsFinite(norm) || norm == 0)
        {
            throw Wrong("a vector that is zero or not finite");
        }

        var unit = new float[vector.Length];
        for (var i = 0; i < unit.Length; i++)
        {
            unit[i] = (float)(vector[i] / norm);
        }

        return unit;
    }

    private static TransientFailureException Wrong(string what) =>
        new(new Failure(FailureCode.ProviderError, $"The embedder gave {what}."));
}
