using Microsoft.Extensions.AI;

namespace RagPy.Core.Embedding;

/// <summary>
/// Embeds without a model, an account or a network: hashed words and character n-grams. It knows spelling, not meaning; hence approximate,
/// labelled as such wherever a result of it is shown (DESIGN §4.10), and of little weight in hybrid search. The same text gives the same
/// vector on every machine. Thread safe.
/// </summary>
public sealed class OfflineEmbeddingGenerator : IEmbeddingGenerator<string, Embedding<float>>
{
    /// <summary>What the index must know of this embedder.</summary>
    public static readonly EmbedderInfo Info = new("offline-hash/1", HashedFeatures.Dimension, IsApproximate: true, HybridWeight: 0.1);

    private static readonly EmbeddingGeneratorMetadata s_metadata = new(
        providerName: "ragpy",
        defaultModelId: Info.Id,
        defaultModelDimensions: Info.Dimension
    );

    private readonly TextAnalyzerPool _pool;

    public OfflineEmbeddingGenerator()
        : this(new TextAnalyzerPool()) { }

    internal OfflineEmbeddingGenerator(TextAnalyzerPool pool) => _pool = pool;

    /// <summary>Unit-length vector of 512 components. Never zero: a text without a word is told by its characters, a blank one gives one fixed component.</summary>
    public float[] Embed(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        using var lease = _pool.Rent();
        return HashedFeatures.Combine(lease.Analyzer.Count("", text), AnalysisLanguages.Both, text);
    }

    /// <inheritdoc />
    public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values,
        EmbeddingGenerationOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(values);
        var embeddings = new GeneratedEmbeddings<Embedding<float>>();
        foreach (var value in values)
        {
            cancellationToken.ThrowIfCancellationRequested();
            embeddings.Add(new Embedding<float>(Embed(value)) { ModelId = Info.Id });
        }

        return Task.FromResult(embeddings);
    }

    /// <inheritdoc />
    public object? GetService(Type serviceType, object? serviceKey = null) =>
        EmbeddingCheck.FindService(this, serviceType, serviceKey, s_metadata, Info);

    /// <summary>Nothing to release.</summary>
    public void Dispose() { }
}
