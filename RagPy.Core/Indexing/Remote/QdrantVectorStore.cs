using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using RagPy.Core.Providers;

namespace RagPy.Core.Indexing.Remote;

/// <summary>
/// Points in Qdrant, by its REST API (docs/adr/0015-remote-vector-stores.md). Each project has a collection of its own, known by an alias: one named dense vector for
/// each length of vectors in it, compared by dot product (all are of unit length, and Cosine would rewrite them), and a sparse vector of BM25 weights to which Qdrant
/// adds idf from all points of the collection. What is current is decided here, after the query.
/// </summary>
/// <remarks>
/// Writes wait (<c>wait=true</c>): an operation that is only acknowledged is durable in the write-ahead log but not yet seen by counts and queries, and the count before
/// the switch of generations must see it. Several writes under way at once hide the wait.
/// </remarks>
internal sealed class QdrantVectorStore(
    ProviderClient client,
    RemoteStoreOptions options,
    ProjectStores stores,
    CurrentGenerations current,
    ChunkPoints chunks
) : IRemoteVectorStore
{
    /// <summary>Most hits asked for; Qdrant itself knows no limit, its memory does.</summary>
    private const int MostHits = 100_000;

    private const int ScrollSize = 100;
    private const int ListSize = 1_000;
    private const int MaxBatch = 256;

    private readonly QdrantCollections _collections = new(CreateClient(client, options), stores);
    private readonly StoreClient _client = CreateClient(client, options);
    private readonly PointBatches _batches = new();

    /// <summary>Dense vectors of each project's collection, as last seen.</summary>
    private readonly ConcurrentDictionary<long, QdrantCollection> _known = [];

    /// <inheritdoc/>
    public string Kind => StoreKinds.Qdrant;

    /// <inheritdoc/>
    public string? Missing => MissingOf(options);

    /// <inheritdoc/>
    public async Task WriteAsync(long projectId, IReadOnlyList<IndexPoint> points, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(points);
        UnitLength.Require(points);
        if (points.Count == 0)
        {
            return;
        }

        var collection = await _collections.EnsureAsync(projectId, points, cancellationToken).ConfigureAwait(false);
        await WriteAsync(collection.Alias, projectId, points, collection.AverageLength, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<int> CountAsync(long projectId, Guid documentId, Guid generation, CancellationToken cancellationToken)
    {
        if (await NameAsync(projectId, cancellationToken).ConfigureAwait(false) is not { } name)
        {
            return 0;
        }

        var call = StoreCall.With(
            HttpMethod.Post,
            $"collections/{name}/points/count",
            StoreOperations.Read,
            json => QdrantJson.WriteCount(json, projectId, documentId, generation)
        );
        var count = await _client
            .FindAsync(call, answer => (object)answer.GetProperty("result").GetProperty("count").GetInt32(), cancellationToken)
            .ConfigureAwait(false);
        return (int?)count ?? 0;
    }

    /// <inheritdoc/>
    public async Task RemoveStaleAsync(long projectId, IReadOnlyCollection<Guid> documentIds, CancellationToken cancellationToken)
    {
        if (documentIds.Count == 0 || await NameAsync(projectId, cancellationToken).ConfigureAwait(false) is not { } name)
        {
            return;
        }

        var generations = await current.ReadAsync(projectId, documentIds, cancellationToken).ConfigureAwait(false);
        var call = StoreCall.With(
            HttpMethod.Post,
            $"collections/{name}/points/delete?wait=true",
            StoreOperations.Remove,
            json => QdrantJson.WriteRemoval(json, projectId, documentIds, [.. generations.Values])
        );
        await _client.FindAsync(call, static _ => "", cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task RemoveProjectAsync(long projectId, CancellationToken cancellationToken)
    {
        await _collections.RemoveAsync(projectId, cancellationToken).ConfigureAwait(false);
        _known.TryRemove(projectId, out _);
    }

    /// <inheritdoc/>
    public async Task<StoreAnswer> QueryAsync(StoreQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Top, 1);
        var hasDense =
            query.Dense is { Length: > 0 } vector
            && await HasAsync(query.ProjectId, vector.Length, cancellationToken).ConfigureAwait(false);
        var hasSparse = query.Sparse is { Terms.Length: > 0 };
        var isAsked = (hasDense || hasSparse) && query.Documents is not { Count: 0 };
        if (!isAsked || await NameAsync(query.ProjectId, cancellationToken).ConfigureAwait(false) is not { } name)
        {
            return new StoreAnswer([], []);
        }

        var asked = query with { Dense = hasDense ? query.Dense : null, Sparse = hasSparse ? query.Sparse : null };
        return await current
            .CollectAsync(query, MostHits, (limit, token) => AskAsync(name, asked, limit, token), cancellationToken)
            .ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task MaintainAsync(long projectId, CancellationToken cancellationToken)
    {
        if (
            await _collections.FindAsync(projectId, cancellationToken).ConfigureAwait(false) is not { } collection
            || !FrozenAverage.IsDue(collection.Points, collection.FrozenAt)
        )
        {
            return;
        }

        var average = await stores.MeasureLengthAsync(projectId, [], cancellationToken).ConfigureAwait(false);
        if (!FrozenAverage.HasDrifted(collection.AverageLength, average))
        {
            await _collections.ConfirmAsync(collection, cancellationToken).ConfigureAwait(false);
            return;
        }

        await RebuildAsync(projectId, average, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Makes the collection anew from PostgreSQL, with an average length frozen anew; searches go on in the old one until the alias is switched, which happens in one
    /// step. Writers of the project wait.
    /// </summary>
    public Task RebuildAsync(long projectId, double averageLength, CancellationToken cancellationToken) =>
        chunks.WithoutWritersAsync(
            projectId,
            async token =>
            {
                if (await _collections.FindAsync(projectId, token).ConfigureAwait(false) is not { } old)
                {
                    return;
                }

                var name = await _collections.CreateNextAsync(old, projectId, averageLength, token).ConfigureAwait(false);
                await foreach (var points in chunks.ReadCurrentAsync(projectId, token).ConfigureAwait(false))
                {
                    await WriteAsync(name, projectId, points, averageLength, token).ConfigureAwait(false);
                }

                await _collections.SwitchAsync(old, name, token).ConfigureAwait(false);
                _known.TryRemove(projectId, out _);
            },
            cancellationToken
        );

    /// <inheritdoc/>
    public async IAsyncEnumerable<PointName> ListAsync(long projectId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var page in ScrollAsync(projectId, ListSize, null, QdrantJson.ReadName, cancellationToken).ConfigureAwait(false))
        {
            foreach (var name in page)
            {
                yield return name;
            }
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<IndexPoint> ScanAsync(long projectId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (await _collections.FindAsync(projectId, cancellationToken).ConfigureAwait(false) is not { } collection)
        {
            yield break;
        }

        var pages = ScrollAsync(
            projectId,
            ScrollSize,
            collection,
            point => QdrantJson.ReadPoint(point, collection.AverageLength),
            cancellationToken
        );
        await foreach (var page in pages.ConfigureAwait(false))
        {
            foreach (var point in page)
            {
                yield return point;
            }
        }
    }

    private async Task WriteAsync(
        string collection,
        long projectId,
        IReadOnlyList<IndexPoint> points,
        double averageLength,
        CancellationToken cancellationToken
    )
    {
        var size = Math.Min(options.QdrantBatchSize, MaxBatch);
        await _batches
            .SendAsync(
                points.Count,
                size,
                async (start, end, buffer, token) =>
                {
                    QdrantJson.WritePoints(buffer, projectId, points, start, end, averageLength);
                    var call = new StoreCall(HttpMethod.Put, $"collections/{collection}/points?wait=true", StoreOperations.Write)
                    {
                        Body = () => buffer.WrittenMemory,
                    };
                    await _client.SendAsync(call, QdrantJson.RequireCompleted, token).ConfigureAwait(false);
                },
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    private async Task<StoreAnswer> AskAsync(string name, StoreQuery query, int limit, CancellationToken cancellationToken)
    {
        var call = StoreCall.With(
            HttpMethod.Post,
            $"collections/{name}/points/query/batch",
            StoreOperations.Query,
            json => QdrantJson.WriteQueries(json, query, limit)
        );
        var sides = await _client.FindAsync(call, QdrantJson.ReadHits, cancellationToken).ConfigureAwait(false);
        return sides switch
        {
            null => new StoreAnswer([], []),
            _ when query.Dense is null => new StoreAnswer([], sides[0]),
            [var dense] => new StoreAnswer(dense, []),
            _ => new StoreAnswer(sides[0], sides[1]),
        };
    }

    private async IAsyncEnumerable<List<T>> ScrollAsync<T>(
        long projectId,
        int size,
        QdrantCollection? vectorsOf,
        Func<System.Text.Json.JsonElement, T> read,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var name = await NameAsync(projectId, cancellationToken).ConfigureAwait(false);
        string? from = null;
        while (name is not null)
        {
            var call = StoreCall.With(
                HttpMethod.Post,
                $"collections/{name}/points/scroll",
                StoreOperations.Read,
                json => QdrantJson.WriteScroll(json, projectId, size, from, vectorsOf is not null)
            );
            var page = await _client.FindAsync(call, answer => QdrantJson.ReadPage(answer, read), cancellationToken).ConfigureAwait(false);
            if (page is null)
            {
                yield break;
            }

            yield return page.Points;
            (name, from) = (page.Next is null ? null : name, page.Next);
        }
    }

    /// <summary>Whether the project's collection has vectors of this length. One that has not may have got them since, by another process.</summary>
    private async Task<bool> HasAsync(long projectId, int dimension, CancellationToken cancellationToken)
    {
        if (_known.TryGetValue(projectId, out var known) && known.Dimensions.Contains(dimension))
        {
            return true;
        }

        if (await _collections.FindAsync(projectId, cancellationToken).ConfigureAwait(false) is not { } found)
        {
            return false;
        }

        _known[projectId] = found;
        return found.Dimensions.Contains(dimension);
    }

    private async Task<string?> NameAsync(long projectId, CancellationToken cancellationToken) =>
        (await stores.FindAsync(projectId, Kind, cancellationToken).ConfigureAwait(false))?.Name;

    private static StoreClient CreateClient(ProviderClient client, RemoteStoreOptions options) =>
        new(
            client,
            new ProviderEndpoint(
                StoreKinds.Qdrant,
                options.QdrantUrl ?? new Uri("http://unset.invalid"),
                options.QdrantKey,
                "QDRANT_API_KEY",
                "api-key",
                IsKeyOptional: true
            ),
            MissingOf(options)
        );

    private static string? MissingOf(RemoteStoreOptions options) =>
        options.QdrantUrl is null ? "The project's vector store is qdrant, and its address is not known: set QDRANT_URL." : null;
}
