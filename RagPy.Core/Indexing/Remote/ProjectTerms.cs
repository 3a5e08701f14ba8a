using RagPy.Core.Embedding;

namespace RagPy.Core.Indexing.Remote;

/// <summary>In how many of a project's current chunks each term occurs.</summary>
/// <param name="Version">Version of the project's index that was counted.</param>
/// <param name="Points">Chunks there were.</param>
/// <param name="Counted">Chunks that were looked at; fewer than all of a large project.</param>
/// <param name="With">Chunks among those with each term.</param>
internal sealed record ProjectTerms(long Version, long Points, long Counted, IReadOnlyDictionary<uint, int> With)
{
    /// <summary>Inverse document frequency of a term; of one that was not met, that of a term met nowhere.</summary>
    public double Idf(uint term) => Bm25Weights.Idf(Counted, With.GetValueOrDefault(term));

    /// <summary>Weights of a query: occurrences times idf. The other part of BM25 is stored with the chunks (<see cref="Bm25Weights"/>).</summary>
    public IReadOnlyList<(uint Term, float Weight)> Weigh(SparseVector query)
    {
        ArgumentNullException.ThrowIfNull(query);
        return [.. query.Terms.Zip(query.Counts, (term, count) => (term, (float)(count * Idf(term))))];
    }
}
