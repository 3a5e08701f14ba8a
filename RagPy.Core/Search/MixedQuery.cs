using RagPy.Core.Indexing;

namespace RagPy.Core.Search;

/// <summary>
/// A query over documents of several embedders. Cosines of two models are no common scale, so each embedder's hits are brought to 0–1 by themselves (as
/// <see cref="Fusion"/> does with the two sides) before they are put into one list.
/// </summary>
internal static class MixedQuery
{
    /// <summary>Asks the store once for each embedder, and once for the sparse side.</summary>
    /// <param name="query">Without a dense vector.</param>
    public static async Task<StoreAnswer> RunAsync(
        IVectorStore store,
        StoreQuery query,
        IReadOnlyList<(ReadOnlyMemory<float> Vector, IReadOnlySet<Guid> Documents)> vectors,
        CancellationToken cancellationToken
    )
    {
        var dense = new List<PointHit>();
        foreach (var (vector, documents) in vectors)
        {
            var part = query with { Dense = vector, Sparse = null, Documents = Intersect(query.Documents, documents) };
            var answer = await store.QueryAsync(part, cancellationToken).ConfigureAwait(false);
            dense.AddRange(Scale(answer.Dense));
        }

        dense.Sort((a, b) => b.Score.CompareTo(a.Score));
        var sparse = query.Sparse is null ? [] : (await store.QueryAsync(query, cancellationToken).ConfigureAwait(false)).Sparse;
        return new StoreAnswer([.. dense.Take(query.Top)], sparse);
    }

    private static IReadOnlySet<Guid> Intersect(IReadOnlySet<Guid>? wanted, IReadOnlySet<Guid> documents) =>
        wanted is null ? documents : documents.Where(wanted.Contains).ToHashSet();

    private static IEnumerable<PointHit> Scale(IReadOnlyList<PointHit> hits)
    {
        if (hits.Count == 0)
        {
            return [];
        }

        var best = hits[0].Score;
        var last = hits[^1].Score;
        return hits.Select(h => h with { Score = best > last ? (h.Score - last) / (best - last) : 1 });
    }
}
