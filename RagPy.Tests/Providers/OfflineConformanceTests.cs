using RagPy.Core.Embedding;
using RagPy.Core.Settings;

namespace RagPy.Tests.Providers;

public sealed class OfflineConformanceTests : EmbedderConformance
{
    protected override string Id => OfflineEmbeddingGenerator.Info.Id;

    protected override int Dimension => OfflineEmbeddingGenerator.Info.Dimension;

    private protected override RagPySettings Settings => new();
}
