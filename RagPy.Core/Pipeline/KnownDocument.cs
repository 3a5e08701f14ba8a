using RagPy.Core.Projects;

namespace RagPy.Core.Pipeline;

/// <summary>A document that the project has already.</summary>
/// <param name="SeenBy">Task that saw it last in the session being read; null when it is new to the session.</param>
internal sealed record KnownDocument(
    Guid Id,
    Guid ItemId,
    DocumentState State,
    Failure? Failure,
    Guid? Fingerprint,
    string? FileHash,
    long FileLength,
    long? SeenBy
)
{
    /// <summary>Options of its extraction of pages; null where it has none.</summary>
    public string? ExtractionOptions { get; init; }

    /// <summary>Pages without usable text.</summary>
    public int NeedsOcrPages { get; init; }

    /// <summary>Chunks that the embedder refused.</summary>
    public int ChunksWithoutVector { get; init; }
}
