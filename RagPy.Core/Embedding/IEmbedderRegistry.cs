using Microsoft.Extensions.AI;

namespace RagPy.Core.Embedding;

/// <summary>Finds the embedder of a project by the id its row names.</summary>
public interface IEmbedderRegistry
{
    /// <summary>What a new project gets.</summary>
    EmbedderInfo Default { get; }

    /// <summary>Ids of embedders that need nothing more to be set, for people to choose from; others may be usable too.</summary>
    IReadOnlyList<string> Suggestions { get; }

    /// <summary>Describes an embedder.</summary>
    /// <exception cref="InvalidOperationException">No embedder of this id is configured; the message says what to set.</exception>
    EmbedderInfo Describe(string embedderId);

    /// <summary>Whether results of an embedder are to be labelled as approximate (DESIGN §4.10); false for one that is not configured here.</summary>
    bool IsApproximate(string embedderId);

    /// <summary>The generator of an embedder's vectors; shared, not to be disposed by the caller.</summary>
    /// <exception cref="InvalidOperationException">No embedder of this id is configured; the message says what to set.</exception>
    IEmbeddingGenerator<string, Embedding<float>> Get(string embedderId);
}
