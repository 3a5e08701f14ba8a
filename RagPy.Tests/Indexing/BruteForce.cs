using RagPy.Core.Embedding;
using RagPy.Core.Indexing;
using Xunit;

namespace RagPy.Tests.Indexing;

/// <summary>The definition of a right answer, computed the slow way.</summary>
internal static class BruteForce
{
    /// <param name="frozenLength">Average length that the store computes with; null for that of all points.</param>
    /// <param name="countsEmpty">Points without a term count in idf.</param>
    public static (List<PointHit> Dense, List<PointHit> Sparse) Query(
        IEnumerable<List<IndexPoint>> current,
        ReadOnlyMemory<float> dense,
        SparseVector sparse,
        int top,
        IReadOnlySet<Guid>? filter,
        double? frozenLength = null,
        bool countsEmpty = true
    )
    {
        var points = current.SelectMany(p => p).ToList();
        var average = frozenLength ?? Math.Max(1, points.Count == 0 ? 1 : points.Average(p => (double)p.Sparse.Length));
        var counted = countsEmpty ? points : points.FindAll(p => p.Sparse.Terms.Length > 0);
        var hits = points.Where(p => filter?.Contains(p.DocumentId) ?? true).ToList();
        return (
            Best(hits.Select(p => Hit(p, p.Dense.ToArray().Zip(dense.ToArray(), (a, b) => (double)a * b).Sum())), top),
            Best(hits.Select(p => Hit(p, Bm25(counted, p, sparse, average))).Where(h => h.Score > 0), top)
        );
    }

    /// <summary>Same scores place by place, and the same points wherever scores do not tie across the cut.</summary>
    public static void AssertSame((List<PointHit> Dense, List<PointHit> Sparse) expected, StoreAnswer answer)
    {
        AssertSame(expected.Dense, answer.Dense);
        AssertSame(expected.Sparse, answer.Sparse);
    }

    private static void AssertSame(List<PointHit> expected, IReadOnlyList<PointHit> actual)
    {
        Assert.Equal(expected.Count, actual.Count);
        for (var i = 0; i < expected.Count; i++)
        {
            Assert.Equal(expected[i].Score, actual[i].Score, 1e-5f);
            var apart =
                (i == 0 || Math.Abs(expected[i - 1].Score - expected[i].Score) > 1e-5)
                && (i == expected.Count - 1 || Math.Abs(expected[i + 1].Score - expected[i].Score) > 1e-5)
                && i < expected.Count - 1;
            if (apart)
            {
                Assert.Equal((expected[i].DocumentId, expected[i].Ordinal), (actual[i].DocumentId, actual[i].Ordinal));
            }
        }

        var ordered = actual.OrderByDescending(h => h.Score).ThenBy(h => h.DocumentId).ThenBy(h => h.Ordinal);
        Assert.Equal(ordered, actual);
    }

    private static PointHit Hit(IndexPoint point, double score) => new(point.DocumentId, point.Generation, point.Ordinal, (float)score);

    private static List<PointHit> Best(IEnumerable<PointHit> hits, int top) =>
        [.. hits.OrderByDescending(h => h.Score).ThenBy(h => h.DocumentId).ThenBy(h => h.Ordinal).Take(top)];

    private static double Bm25(List<IndexPoint> points, IndexPoint point, SparseVector query, double average)
    {
        var score = 0.0;
        for (var i = 0; i < query.Terms.Length; i++)
        {
            var term = query.Terms[i];
            var place = Array.IndexOf(point.Sparse.Terms, term);
            if (place < 0)
            {
                continue;
            }

            var frequency = points.Count(p => p.Sparse.Terms.Contains(term));
            var idf = Math.Log(1 + (points.Count - frequency + 0.5) / (frequency + 0.5));
            double tf = point.Sparse.Counts[place];
            score += query.Counts[i] * idf * tf * 2.2 / (tf + 1.2 * (0.25 + 0.75 * point.Sparse.Length / average));
        }

        return score;
    }
}
