using Microsoft.Extensions.AI;
using RagPy.Core.Embedding;

namespace RagPy.Tests.Search;

/// <summary>The offline embedding under its own id, and nothing else.</summary>
internal sealed class OfflineRegistry : IEmbedderRegistry
{
    private readonly OfflineEmbeddingGenerator _generator = new();

    public EmbedderInfo Default => OfflineEmbeddingGenerator.Info;

    public IReadOnlyList<string> Suggestions => [Default.Id];

    public EmbedderInfo Describe(string embedderId) =>
        embedderId == Default.Id ? Default : throw new InvalidOperationException($"No embedder '{embedderId}'.");

    public bool IsApproximate(string embedderId) => Default.IsApproximate;

    public IEmbeddingGenerator<string, Embedding<float>> Get(string embedderId) =>
        Describe(embedderId) is not null ? _generator : throw new InvalidOperationException();
}
