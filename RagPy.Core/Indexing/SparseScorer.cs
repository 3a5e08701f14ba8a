using System.Buffers;
using System.Runtime.CompilerServices;
using RagPy.Core.Embedding;

namespace RagPy.Core.Indexing;

/// <summary>
/// BM25 (Robertson and Zaragoza 2009, "The Probabilistic Relevance Framework", §3.4) with k1 1.2 and b 0.75, in Lucene's form of idf,
/// ln(1 + (N − df + ½) / (df + ½)), which is never negative. N, df and the average length are those of the live points at the time of the query.
/// </summary>
internal static class SparseScorer
{
    private const double K1 = 1.2;
    private const double B = 0.75;

    /// <summary>Best points of a snapshot for query terms.</summary>
    /// <param name="wanted">Only points of these documents; statistics are those of the project all the same.</param>
    public static IReadOnlyList<PointHit> Run(IndexSnapshot snapshot, SparseVector query, int top, IReadOnlySet<Guid>? wanted)
    {
        var weights = new double[query.Terms.Length];
        for (var i = 0; i < weights.Length; i++)
        {
            var frequency = snapshot.LiveFrequency(query.Terms[i]);
            weights[i] = query.Counts[i] * Math.Log(1 + (snapshot.LivePoints - frequency + 0.5) / (frequency + 0.5)) * (K1 + 1);
        }

        var best = new BestPoints(top);
        foreach (var view in snapshot.Views)
        {
            Score(view, query.Terms, weights, snapshot.AverageLength, view.Select(wanted), best);
        }

        return best.ToHits();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Score(SegmentView view, uint[] terms, double[] weights, double averageLength, bool[] selected, BestPoints best)
    {
        var segment = view.Segment;
        var norms = view.LengthNorms(averageLength, K1, B);
        var scores = ArrayPool<double>.Shared.Rent(segment.PointCount);
        scores.AsSpan(0, segment.PointCount).Clear();

        // Terms come in ascending order in every segment: equal texts get equal sums wherever they lie.
        for (var i = 0; i < terms.Length; i++)
        {
            var postings = segment.PostingsOf(terms[i]);
            while (postings.MoveNext())
            {
                double frequency = postings.Frequency;
                scores[postings.Point] += weights[i] * frequency / (frequency + norms[postings.Point]);
            }
        }

        var documentOf = segment.DocumentOf;
        for (var point = 0; point < segment.PointCount; point++)
        {
            if (scores[point] > 0 && (float)scores[point] >= best.Threshold && selected[documentOf[point]])
            {
                best.Offer(new ScoredPoint((float)scores[point], view, point));
            }
        }

        ArrayPool<double>.Shared.Return(scores);
    }
}
