using Npgsql;

namespace RagPy.Core.Indexing;

/// <summary>Asks PostgreSQL which generations are current (docs/adr/0003-liveness-from-postgresql.md).</summary>
internal sealed class CurrentGenerations(NpgsqlDataSource dataSource)
{
    /// <summary>Current generation of each of the given documents; documents that are gone or have none are missing.</summary>
    public async Task<IReadOnlyDictionary<Guid, Guid>> ReadAsync(
        long projectId,
        IReadOnlyCollection<Guid> documentIds,
        CancellationToken cancellationToken
    )
    {
        var current = new Dictionary<Guid, Guid>();
        await using var command = dataSource.CreateCommand(
            "SELECT id, generation FROM documents WHERE project_id = $1 AND id = ANY($2) AND generation IS NOT NULL"
        );
        command.Parameters.Add(new() { Value = projectId });
        command.Parameters.Add(new() { Value = documentIds.ToArray() });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            current.Add(reader.GetGuid(0), reader.GetGuid(1));
        }

        return current;
    }

    /// <summary>
    /// Best points of both sides of a query, of a store that cannot tell which generations are current: it is asked for more than is wanted, what is not
    /// current is dropped, and it is asked for more still where too little is left. Exact unless more points are stale than the store gives at most.
    /// </summary>
    /// <param name="most">Most hits the store gives for one query.</param>
    /// <param name="ask">Asks the store for so many hits of each side, best first.</param>
    public async Task<StoreAnswer> CollectAsync(
        StoreQuery query,
        int most,
        Func<int, CancellationToken, Task<StoreAnswer>> ask,
        CancellationToken cancellationToken
    )
    {
        var limit = Math.Min(most, query.Top + Math.Max(20, query.Top / 4));
        while (true)
        {
            var found = await ask(limit, cancellationToken).ConfigureAwait(false);
            var documents = found.Dense.Concat(found.Sparse).Select(h => h.DocumentId).ToHashSet();
            var current = await ReadAsync(query.ProjectId, documents, cancellationToken).ConfigureAwait(false);
            var answer = new StoreAnswer(Select(found.Dense), Select(found.Sparse));
            var isEnough = limit >= most || (IsEnough(found.Dense, answer.Dense) && IsEnough(found.Sparse, answer.Sparse));
            if (isEnough)
            {
                return answer;
            }

            limit = Math.Min(most, limit * 4);

            List<PointHit> Select(IReadOnlyList<PointHit> hits) =>
                [
                    .. hits.Where(h => current.GetValueOrDefault(h.DocumentId) == h.Generation)
                        .OrderByDescending(h => h.Score)
                        .ThenBy(h => h.DocumentId)
                        .ThenBy(h => h.Ordinal)
                        .Take(query.Top),
                ];
        }

        bool IsEnough(IReadOnlyList<PointHit> found, IReadOnlyList<PointHit> selected) =>
            found.Count < limit || selected.Count == query.Top;
    }
}
