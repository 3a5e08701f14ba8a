namespace RagPy.Core.Indexing;

/// <summary>Each side's best points, best first; ties by document, then ordinal. A side that was not asked is empty.</summary>
public sealed record StoreAnswer(IReadOnlyList<PointHit> Dense, IReadOnlyList<PointHit> Sparse);
