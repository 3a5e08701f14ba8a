using RagPy.Core.Indexing;

namespace RagPy.Core.Search;

/// <summary>A point with its scores on both sides and the one it is ranked by.</summary>
internal readonly record struct FusedHit(PointHit Point, double Score, float? Dense, float? Sparse);
