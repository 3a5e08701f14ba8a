namespace RagPy.Core.Indexing.Remote;

/// <summary>
/// Asks Pinecone for the two sides of a search, each by itself: it would add the scores of both into one, and our fusion needs them apart. The side of terms goes with a
/// dense vector too small to matter, since a query without one is refused.
/// </summary>
internal sealed class PineconeSearch(PineconeData data, TermStatistics statistics)
{
    /// <summary>Most values of <c>$in</c> (Pinecone's page "Operation limits").</summary>
    private const int MostDocuments = 10_000;

    /// <summary>Weights of the query's terms; none when it has no terms.</summary>
    public async Task<IReadOnlyList<(uint Term, float Weight)>> WeighAsync(StoreQuery query, CancellationToken cancellationToken)
    {
        if (query.Sparse is not { Terms.Length: > 0 } sparse)
        {
            return [];
        }

        var terms = await statistics.GetAsync(query.ProjectId, cancellationToken).ConfigureAwait(false);
        return PineconeJson.Heaviest(terms.Weigh(sparse));
    }

    /// <summary>So many best points of each side.</summary>
    /// <param name="space">The project's namespace.</param>
    /// <param name="indexes">One for each length of the project's vectors.</param>
    /// <param name="terms">Weights of the query's terms.</param>
    public async Task<StoreAnswer> AskAsync(
        string space,
        IReadOnlyList<PineconeIndex> indexes,
        StoreQuery query,
        IReadOnlyList<(uint Term, float Weight)> terms,
        int limit,
        CancellationToken cancellationToken
    )
    {
        // More documents than one filter takes are asked for in parts.
        var parts = query.Documents?.Chunk(MostDocuments).ToArray() ?? [null!];
        var alike = query.Dense is { } vector ? indexes.Where(i => i.Dimension == vector.Length) : [];
        var dense = AskAsync(alike, index => query.Dense!.Value, [], cancellationToken);
        var sparse = AskAsync(terms.Count > 0 ? indexes : [], index => PineconeJson.NoDense(index.Dimension), terms, cancellationToken);
        await Task.WhenAll(dense, sparse).ConfigureAwait(false);
        return new StoreAnswer(await dense.ConfigureAwait(false), await sparse.ConfigureAwait(false));

        async Task<List<PointHit>> AskAsync(
            IEnumerable<PineconeIndex> asked,
            Func<PineconeIndex, ReadOnlyMemory<float>> dense,
            IReadOnlyList<(uint Term, float Weight)> sparse,
            CancellationToken token
        )
        {
            var answers = await Task.WhenAll(
                    from index in asked
                    from documents in parts
                    select data.QueryAsync(
                        index,
                        json => PineconeJson.WriteQuery(json, space, dense(index).Span, sparse, documents, limit),
                        sparse.Count > 0,
                        token
                    )
                )
                .ConfigureAwait(false);
            return answers.Length == 1 ? answers[0] : [.. answers.SelectMany(a => a).OrderByDescending(h => h.Score).Take(limit)];
        }
    }
}
