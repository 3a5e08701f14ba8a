using RagPy.Core.Indexing;

namespace RagPy.Core.Search;

/// <summary>
/// Makes one ranking of two sides. Min-max over the best hundred of each: (s − min) / (max − min), 1 where all are equal, 0 for a point that a side
/// does not have; then the weighted sum. Published comparisons have it above reciprocal ranks on most collections (Bruch, Gai and Ingber 2023,
/// "An Analysis of Fusion Functions for Hybrid Retrieval").
/// </summary>
internal static class Fusion
{
    /// <summary>Hits of each side that are fused.</summary>
    public const int Window = 100;

    private const int RrfConstant = 60;

    /// <summary>Ranks an answer; deeper hits than the window follow behind with a score of zero.</summary>
    /// <param name="denseWeight">Weight of the dense side, 0–1; the sparse side has the rest.</param>
    public static IReadOnlyList<FusedHit> Rank(StoreAnswer answer, SearchMode mode, FusionMethod method, double denseWeight)
    {
        if (mode != SearchMode.Hybrid)
        {
            var isDense = mode == SearchMode.Dense;
            return
            [
                .. (isDense ? answer.Dense : answer.Sparse).Select(h => new FusedHit(
                    h,
                    h.Score,
                    isDense ? h.Score : null,
                    isDense ? null : h.Score
                )),
            ];
        }

        var (denseFactor, sparseFactor) = method == FusionMethod.Rrf ? (1.0, 1.0) : (denseWeight, 1 - denseWeight);
        var fused = new Dictionary<(Guid, int), (FusedHit Hit, int Rank)>();
        Add(answer.Dense, denseFactor, (h, score) => new FusedHit(h, score, h.Score, null));
        Add(answer.Sparse, sparseFactor, (h, score) => new FusedHit(h, score, null, h.Score));
        return
        [
            .. fused
                .Values.OrderByDescending(f => f.Hit.Score)
                .ThenBy(f => f.Rank < Window ? 0 : f.Rank)
                .ThenBy(f => f.Hit.Point.DocumentId)
                .ThenBy(f => f.Hit.Point.Ordinal)
                .Select(f => f.Hit),
        ];

        void Add(IReadOnlyList<PointHit> side, double factor, Func<PointHit, double, FusedHit> create)
        {
            var parts = method == FusionMethod.Rrf ? ReciprocalRanks(side.Count) : MinMax(side);
            for (var rank = 0; rank < side.Count; rank++)
            {
                var part = rank < Window ? factor * parts[rank] : 0;
                var hit = create(side[rank], part);
                var key = (hit.Point.DocumentId, hit.Point.Ordinal);
                fused[key] = fused.TryGetValue(key, out var other) ? (Combine(other.Hit, hit), Math.Min(other.Rank, rank)) : (hit, rank);
            }
        }
    }

    private static FusedHit Combine(FusedHit a, FusedHit b) => new(a.Point, a.Score + b.Score, a.Dense ?? b.Dense, a.Sparse ?? b.Sparse);

    private static double[] MinMax(IReadOnlyList<PointHit> side)
    {
        var count = Math.Min(Window, side.Count);
        if (count == 0)
        {
            return [];
        }

        double max = side[0].Score;
        double min = side[count - 1].Score;
        return [.. side.Take(count).Select(h => max > min ? (h.Score - min) / (max - min) : 1)];
    }

    private static double[] ReciprocalRanks(int count) =>
        [.. Enumerable.Range(1, Math.Min(Window, count)).Select(rank => 1.0 / (RrfConstant + rank))];
}
