using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using RagPy.Core.Pipeline;
using RagPy.Core.Providers;

namespace RagPy.Core.Indexing.Remote;

/// <summary>
/// Points in Weaviate, by its REST API and GraphQL (docs/adr/0021-weaviate-and-pgvector.md). All projects share one class with multi-tenancy; a tenant is a shard, so
/// that a project's statistics are its own. The sparse side is Weaviate's BM25 over our analysed terms (<see cref="WeaviateTerms"/>). What is current is decided here,
/// after the query.
/// </summary>
internal sealed class WeaviateVectorStore(
    ProviderClient client,
    RemoteStoreOptions options,
    ProjectStores stores,
    CurrentGenerations current,
    TimeProvider time
) : IRemoteVectorStore
{
    /// <summary>Most hits of one query: QUERY_MAXIMUM_RESULTS of a server that does not set it.</summary>
    private const int MostHits = 10_000;

    private const int ScanSize = 100;
    private const int ListSize = 1_000;

    /// <summary>Documents looked at by one removal.</summary>
    private const int RemovalSize = 100;

    /// <summary>Times that objects of a batch are sent before the work item waits instead.</summary>
    private const int Tries = 4;

    private static readonly TimeSpan s_firstWait = TimeSpan.FromMilliseconds(200);

    /// <summary>Words in the reason for a refused object that say that it will always be refused; anything else may pass.</summary>
    private static readonly string[] s_lasting = ["invalid", "vector with length", "vector lengths don't match", "no such prop"];

    private readonly StoreClient _client = CreateClient(client, options);
    private readonly WeaviateSchema _schema = new(CreateClient(client, options), stores);
    private readonly PointBatches _batches = new();

    /// <inheritdoc/>
    public string Kind => StoreKinds.Weaviate;

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

        if (Missing is { } missing)
        {
            throw new DocumentFailedException(FailureCode.ProviderAuth, missing);
        }

        var tenant = await _schema.EnsureAsync(projectId, points, cancellationToken).ConfigureAwait(false);
        try
        {
            await _batches
                .SendAsync(
                    points.Count,
                    options.WeaviateBatchSize,
                    (start, end, buffer, token) => WriteAsync(tenant, [.. points.Skip(start).Take(end - start)], buffer, token),
                    cancellationToken
                )
                .ConfigureAwait(false);
        }
        catch (Exception exception) when (StoreFailures.Of(exception) is not null)
        {
            // Perhaps what it was refused for is no longer as it was seen here.
            _schema.Forget(tenant);
            throw;
        }
    }

    /// <inheritdoc/>
    public async Task<int> CountAsync(long projectId, Guid documentId, Guid generation, CancellationToken cancellationToken)
    {
        if (await TenantAsync(projectId, cancellationToken).ConfigureAwait(false) is not { } tenant)
        {
            return 0;
        }

        var query = WeaviateGraphQL.Count(tenant, documentId, generation);
        var count = await AskAsync(tenant, query, StoreOperations.Read, a => (object)WeaviateJson.ReadCount(a), cancellationToken)
            .ConfigureAwait(false);
        return (int?)count ?? 0;
    }

    /// <inheritdoc/>
    public async Task RemoveStaleAsync(long projectId, IReadOnlyCollection<Guid> documentIds, CancellationToken cancellationToken)
    {
        if (documentIds.Count == 0 || await TenantAsync(projectId, cancellationToken).ConfigureAwait(false) is not { } tenant)
        {
            return;
        }

        foreach (var documents in documentIds.Chunk(RemovalSize))
        {
            var generations = await current.ReadAsync(projectId, documents, cancellationToken).ConfigureAwait(false);
            try
            {
                await RemoveAsync(tenant, documents, [.. generations.Values.Distinct()], cancellationToken).ConfigureAwait(false);
            }
            catch (ProviderRefusedException)
            {
                if (await _schema.ExistsAsync(tenant, cancellationToken).ConfigureAwait(false))
                {
                    throw;
                }

                return;
            }
        }
    }

    /// <inheritdoc/>
    public Task RemoveProjectAsync(long projectId, CancellationToken cancellationToken) =>
        _schema.RemoveAsync(projectId, cancellationToken);

    /// <inheritdoc/>
    public async Task<StoreAnswer> QueryAsync(StoreQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Top, 1);
        if (
            query.Documents is { Count: 0 }
            || await TenantAsync(query.ProjectId, cancellationToken).ConfigureAwait(false) is not { } tenant
        )
        {
            return new StoreAnswer([], []);
        }

        var hasDense =
            query.Dense is { Length: > 0 } vector
            && (await _schema.DimensionsAsync(vector.Length, cancellationToken).ConfigureAwait(false)).Contains(vector.Length);
        var hasSparse = query.Sparse is { Terms.Length: > 0 };
        if (!hasDense && !hasSparse)
        {
            return new StoreAnswer([], []);
        }

        var asked = query with { Dense = hasDense ? query.Dense : null, Sparse = hasSparse ? query.Sparse : null };
        return await current
            .CollectAsync(
                query,
                MostHits,
                async (limit, token) =>
                    await AskAsync(
                            tenant,
                            WeaviateGraphQL.Search(tenant, asked, limit),
                            StoreOperations.Query,
                            WeaviateJson.ReadHits,
                            token
                        )
                        .ConfigureAwait(false)
                    ?? new StoreAnswer([], []),
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    /// <summary>Nothing to do: Weaviate's statistics are those of the points that are there.</summary>
    public Task MaintainAsync(long projectId, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public async IAsyncEnumerable<PointName> ListAsync(long projectId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (await TenantAsync(projectId, cancellationToken).ConfigureAwait(false) is { } tenant)
        {
            var points = PagesAsync(tenant, ListSize, null, WeaviateJson.ReadName, name => name.Id, cancellationToken);
            await foreach (var name in points.ConfigureAwait(false))
            {
                yield return name;
            }
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<IndexPoint> ScanAsync(long projectId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (await TenantAsync(projectId, cancellationToken).ConfigureAwait(false) is { } tenant)
        {
            var dimensions = await _schema.DimensionsAsync(0, cancellationToken).ConfigureAwait(false);
            var points = PagesAsync(tenant, ScanSize, dimensions, WeaviateJson.ReadPoint, point => point.Id, cancellationToken);
            await foreach (var point in points.ConfigureAwait(false))
            {
                yield return point;
            }
        }
    }

    /// <summary>Sends a batch, and those of its objects that were not taken again.</summary>
    private async Task WriteAsync(
        string tenant,
        List<IndexPoint> points,
        ArrayBufferWriter<byte> buffer,
        CancellationToken cancellationToken
    )
    {
        for (var attempt = 0; ; attempt++)
        {
            buffer.ResetWrittenCount();
            WeaviateJson.WriteObjects(buffer, tenant, points);
            var call = new StoreCall(HttpMethod.Post, "v1/batch/objects", StoreOperations.Write) { Body = () => buffer.WrittenMemory };
            var failures = await _client
                .SendAsync(call, answer => WeaviateJson.ReadFailures(answer, points.Count), cancellationToken)
                .ConfigureAwait(false);
            if (failures.Count == 0)
            {
                return;
            }

            if (failures.Find(f => IsLasting(f.Reason)) is { Reason: { } reason })
            {
                throw new ProviderRefusedException(WeaviateFailures.NotTaken(failures.Count, reason), status: 422);
            }

            if (attempt + 1 == Tries)
            {
                throw new TransientFailureException(WeaviateFailures.NotTaken(failures.Count, failures[0].Reason));
            }

            var failed = failures.Select(f => f.Id).ToHashSet();
            points = points.FindAll(p => failed.Contains(p.Id));
            await Task.Delay(Backoff.Delay(s_firstWait, attempt, null, Random.Shared), time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Removes until nothing is found: one call removes QUERY_MAXIMUM_RESULTS at most.</summary>
    private async Task RemoveAsync(
        string tenant,
        IReadOnlyCollection<Guid> documents,
        IReadOnlyCollection<Guid> generations,
        CancellationToken cancellationToken
    )
    {
        var call = StoreCall.With(
            HttpMethod.Delete,
            $"v1/batch/objects?tenant={Uri.EscapeDataString(tenant)}",
            StoreOperations.Remove,
            json => WeaviateJson.WriteRemoval(json, documents, generations)
        );
        while (true)
        {
            var (found, removed, reason) = await _client.SendAsync(call, WeaviateJson.ReadRemoval, cancellationToken).ConfigureAwait(false);
            if (found <= removed)
            {
                return;
            }

            if (removed == 0)
            {
                throw new TransientFailureException(WeaviateFailures.NotRemoved(found, reason));
            }
        }
    }

    /// <summary>Asks by GraphQL.</summary>
    /// <returns>Null when the tenant is not there.</returns>
    private async Task<T?> AskAsync<T>(
        string tenant,
        string query,
        string operation,
        Func<JsonElement, T> read,
        CancellationToken cancellationToken
    )
        where T : class
    {
        var call = StoreCall.With(HttpMethod.Post, "v1/graphql", operation, json => WeaviateJson.WriteQuery(json, query));
        var (answer, error) = await _client
            .SendAsync(call, a => WeaviateJson.ReadError(a) is { } e ? (null, e) : (read(a), (string?)null), cancellationToken)
            .ConfigureAwait(false);
        if (error is null)
        {
            return answer;
        }

        _schema.Forget(tenant);
        return await _schema.ExistsAsync(tenant, cancellationToken).ConfigureAwait(false)
            ? throw new TransientFailureException(WeaviateFailures.NotAnswered(error))
            : null;
    }

    private async IAsyncEnumerable<T> PagesAsync<T>(
        string tenant,
        int size,
        IReadOnlySet<int>? vectors,
        Func<JsonElement, T> read,
        Func<T, Guid> idOf,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        for (var after = ""; ; )
        {
            var query = WeaviateGraphQL.Page(tenant, size, after, vectors);
            var page = await AskAsync(tenant, query, StoreOperations.Read, a => WeaviateJson.ReadPage(a, read), cancellationToken)
                .ConfigureAwait(false);
            if (page is not { Count: > 0 })
            {
                yield break;
            }

            foreach (var point in page)
            {
                yield return point;
            }

            after = idOf(page[^1]).ToString();
        }
    }

    private async Task<string?> TenantAsync(long projectId, CancellationToken cancellationToken) =>
        (await stores.FindAsync(projectId, Kind, cancellationToken).ConfigureAwait(false))?.Name is { Length: > 0 } name ? name : null;

    private static bool IsLasting(string reason) => s_lasting.Any(words => reason.Contains(words, StringComparison.OrdinalIgnoreCase));

    private static StoreClient CreateClient(ProviderClient client, RemoteStoreOptions options) =>
        new(
            client,
            new ProviderEndpoint(
                StoreKinds.Weaviate,
                options.WeaviateUrl ?? new Uri("http://unset.invalid"),
                options.WeaviateKey,
                "WEAVIATE_API_KEY",
                IsKeyOptional: true
            ),
            MissingOf(options)
        );

    private static string? MissingOf(RemoteStoreOptions options) =>
        options.WeaviateUrl is null ? "The project's vector store is weaviate, and its address is not known: set WEAVIATE_URL." : null;
}
