namespace RagPy.Core.Search.Evaluation;

/// <summary>Measures of one query's ranking, relevance being yes or no.</summary>
internal static class RankingMetrics
{
    /// <summary>Normalised discounted cumulative gain of the first <paramref name="depth"/>; 0 when nothing is relevant.</summary>
    public static double Ndcg(IReadOnlyList<string> ranking, IReadOnlySet<string> relevant, int depth)
    {
        var ideal = Enumerable.Range(0, Math.Min(depth, relevant.Count)).Sum(Discount);
        return ideal == 0 ? 0 : ranking.Take(depth).Select((id, rank) => relevant.Contains(id) ? Discount(rank) : 0).Sum() / ideal;
    }

    /// <summary>Share of the relevant documents among the first <paramref name="depth"/>; 0 when nothing is relevant.</summary>
    public static double Recall(IReadOnlyList<string> ranking, IReadOnlySet<string> relevant, int depth) =>
        relevant.Count == 0 ? 0 : ranking.Take(depth).Count(relevant.Contains) / (double)relevant.Count;

    /// <summary>One over the rank of the first relevant document, 0 when none is among the first <paramref name="depth"/>.</summary>
    public static double ReciprocalRank(IReadOnlyList<string> ranking, IReadOnlySet<string> relevant, int depth)
    {
        for (var rank = 0; rank < Math.Min(depth, ranking.Count); rank++)
        {
            if (relevant.Contains(ranking[rank]))
            {
                return 1.0 / (rank + 1);
            }
        }

        return 0;
    }

    private static double Discount(int rank) => 1 / Math.Log2(rank + 2);
}
