namespace RagPy.Core.Indexing;

/// <summary>A point that a store found.</summary>
/// <param name="Score">Cosine for a dense query, BM25 for a sparse one; higher is better.</param>
public readonly record struct PointHit(Guid DocumentId, Guid Generation, int Ordinal, float Score);
