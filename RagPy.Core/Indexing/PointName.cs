namespace RagPy.Core.Indexing;

/// <summary>A point without its vectors.</summary>
/// <param name="Ordinal">0-based position of the chunk.</param>
public readonly record struct PointName(Guid Id, Guid DocumentId, Guid Generation, int Ordinal);
