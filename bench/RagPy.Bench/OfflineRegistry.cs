using Microsoft.Extensions.AI;
using RagPy.Core.Embedding;

namespace RagPy.Bench;

/// <summary>The offline embedding and nothing else.</summary>
internal sealed class OfflineRegistry : IEmbedderRegistry
{
    private readonly OfflineEmbeddingGenerator _generator = new();

    public EmbedderInfo Default => OfflineEmbeddingGenerator.Info;

    public IReadOnlyList<string> Suggestions => [Default.Id];

    public EmbedderInfo Describe(string embedderId) => Default;

    public bool IsApproximate(string embedderId) => Default.IsApproximate;

    public IEmbeddingGenerator<string, Embedding<float>> Get(string embedderId) => _generator;
}
