using Microsoft.Extensions.AI;

namespace RagPy.Core.Embedding;

/// <summary>The embedders that need no account: for now, the offline one.</summary>
public sealed class LocalEmbedders(OfflineEmbeddingGenerator offline) : IEmbedderRegistry
{
    /// <inheritdoc/>
    public EmbedderInfo Default => OfflineEmbeddingGenerator.Info;

    /// <inheritdoc/>
    public EmbedderInfo Describe(string embedderId) =>
        embedderId == OfflineEmbeddingGenerator.Info.Id ? OfflineEmbeddingGenerator.Info : throw Unknown(embedderId);

    /// <inheritdoc/>
    public bool IsApproximate(string embedderId) =>
        embedderId == OfflineEmbeddingGenerator.Info.Id && OfflineEmbeddingGenerator.Info.IsApproximate;

    /// <inheritdoc/>
    public IEmbeddingGenerator<string, Embedding<float>> Get(string embedderId) =>
        embedderId == OfflineEmbeddingGenerator.Info.Id ? offline : throw Unknown(embedderId);

    private static InvalidOperationException Unknown(string embedderId) =>
        new(
            $"The project was indexed with the embedder '{embedderId}', which is not configured here. Configure it, or bring the sources into a new project."
        );
}
