using RagPy.Core.Embedding;

namespace RagPy.Core.Indexing.Remote;

/// <summary>
/// The part of BM25 (Robertson and Zaragoza 2009; k1 1.2, b 0.75) that belongs to a chunk, for stores that only multiply: tf (k1 + 1) / (tf + k1 (1 − b + b length / average)).
/// The average is frozen with the collection; the other part, idf, comes in with the query.
/// </summary>
internal static class Bm25Weights
{
    public const double K1 = 1.2;
    public const double B = 0.75;

    /// <summary>The weight of a term that occurs so often in a chunk of so many terms.</summary>
    public static float Of(int frequency, int length, double averageLength) =>
        (float)(frequency * (K1 + 1) / (frequency + Norm(length, averageLength)));

    /// <summary>The frequency that a weight was computed from; right up to some thousand occurrences of one term.</summary>
    public static int FrequencyOf(float weight, int length, double averageLength) =>
        (int)Math.Round(weight * Norm(length, averageLength) / (K1 + 1 - weight));

    /// <summary>Inverse document frequency, never negative: ln(1 + (points − with + 0.5) / (with + 0.5)).</summary>
    public static double Idf(long points, long with) => Math.Log(1 + ((points - with + 0.5) / (with + 0.5)));

    /// <summary>A stored vector as it was before weighting.</summary>
    /// <param name="terms">Terms with their weights, in any order.</param>
    public static SparseVector Restore(IEnumerable<(uint Term, float Weight)> terms, int length, double averageLength)
    {
        var ordered = terms.OrderBy(t => t.Term).ToList();
        return new SparseVector(
            [.. ordered.Select(t => t.Term)],
            [.. ordered.Select(t => FrequencyOf(t.Weight, length, averageLength))],
            length
        );
    }

    private static double Norm(int length, double averageLength) => K1 * (1 - B + (B * length / averageLength));
}
