using System.Runtime.CompilerServices;
using RagPy.Core.Pipeline;
using RagPy.Core.Providers;

namespace RagPy.Core.Indexing.Remote;

/// <summary>
/// Points in Pinecone, by its REST API 2025-10 (docs/adr/0020-pinecone.md). Each project has a namespace of its own, in one index for each length of vectors, whose
/// metric is <c>dotproduct</c>. A point has its dense vector and, beside it, sparse values of BM25 weights; idf comes with the query, from the project's chunks in
/// PostgreSQL. What is current is decided here, after the query.
/// </summary>
internal sealed class PineconeVectorStore : IRemoteVectorStore
{
    /// <summary>Largest <c>topK</c> of a query.</summary>
    private const int MostHits = 10_000;

    private const int Streams = 3;
    private const int DocumentsAtOnce = 8;

    private readonly RemoteStoreOptions _options;
    private readonly ProjectStores _stores;
    private readonly CurrentGenerations _current;
    private readonly ChunkPoints _chunks;
    private readonly PineconeIndexes _indexes;
    private readonly PineconeData _data;
    private readonly PineconeProjects _projects;
    private readonly PineconeVisibility _visibility;
    private readonly PineconeSearch _search;

    public PineconeVectorStore(
        ProviderClient client,
        RemoteStoreOptions options,
        ProjectStores stores,
        CurrentGenerations current,
        ChunkPoints chunks,
        TermStatistics statistics,
        TimeProvider time
    )
    {
        (_options, _stores, _current, _chunks) = (options, stores, current, chunks);
        Missing = MissingOf(options);
        var control = new ProviderEndpoint(Kind, options.PineconeUrl, options.PineconeKey, "PINECONE_API_KEY", PineconeJson.KeyHeader);
        var calls = new StoreClient(client, control, Missing);
        _indexes = new PineconeIndexes(calls, options, time);
        _data = new PineconeData(calls, _indexes);
        _projects = new PineconeProjects(stores, _indexes, _data);
        _visibility = new PineconeVisibility(_data, time);
        _search = new PineconeSearch(_data, statistics);
    }

    /// <inheritdoc/>
    public string Kind => StoreKinds.Pinecone;

    /// <inheritdoc/>
    public string? Missing { get; }

    /// <inheritdoc/>
    public async Task WriteAsync(long projectId, IReadOnlyList<IndexPoint> points, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(points);
        UnitLength.Require(points);
        points = WithVector(points);
        if (points.Count == 0)
        {
            return;
        }

        var project = await _projects.EnsureAsync(projectId, points, cancellationToken).ConfigureAwait(false);
        await WriteAsync(project, points, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>False: an index of dense vectors takes no record that has none, or one of zeros (docs/adr/0020-pinecone.md).</summary>
    public Task<bool> TakesPointsWithoutVectorAsync(long projectId, CancellationToken cancellationToken) => Task.FromResult(false);

    /// <inheritdoc/>
    public async Task<int> CountAsync(long projectId, Guid documentId, Guid generation, CancellationToken cancellationToken)
    {
        if (await _projects.FindAsync(projectId, cancellationToken).ConfigureAwait(false) is not { } project)
        {
            return 0;
        }

        var count = 0;
        var prefix = PineconeId.Prefix(documentId, generation);
        foreach (var index in await IndexesAsync(project, cancellationToken).ConfigureAwait(false))
        {
            count += await _data.CountAsync(index, project.Namespace, prefix, cancellationToken).ConfigureAwait(false);
        }

        return count;
    }

    /// <inheritdoc/>
    public async Task RemoveStaleAsync(long projectId, IReadOnlyCollection<Guid> documentIds, CancellationToken cancellationToken)
    {
        if (documentIds.Count == 0 || await _projects.FindAsync(projectId, cancellationToken).ConfigureAwait(false) is not { } project)
        {
            return;
        }

        var generations = await _current.ReadAsync(projectId, documentIds, cancellationToken).ConfigureAwait(false);
        foreach (var index in await IndexesAsync(project, cancellationToken).ConfigureAwait(false))
        {
            var stale = new List<(PineconeIndex Index, string Prefix, HashSet<string> Ids)>();
            var parallel = new ParallelOptions { MaxDegreeOfParallelism = DocumentsAtOnce, CancellationToken = cancellationToken };
            await Parallel
                .ForEachAsync(
                    documentIds,
                    parallel,
                    async (document, token) =>
                    {
                        var kept = generations.TryGetValue(document, out var current) ? PineconeId.Prefix(document, current) : null;
                        var ids = new HashSet<string>(StringComparer.Ordinal);
                        var pages = _data.ListAsync(index, project.Namespace, PineconeId.Prefix(document), token);
                        await foreach (var page in pages.ConfigureAwait(false))
                        {
                            ids.UnionWith(page.Where(id => kept is null || !id.StartsWith(kept, StringComparison.Ordinal)));
                        }

                        lock (stale)
                        {
                            stale.Add((index, PineconeId.Prefix(document), ids));
                        }
                    }
                )
                .ConfigureAwait(false);
            stale.RemoveAll(s => s.Ids.Count == 0);
            await _data.RemoveAsync(index, project.Namespace, [.. stale.SelectMany(s => s.Ids)], cancellationToken).ConfigureAwait(false);
            await _visibility.RemovedAsync(project, stale, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public Task RemoveProjectAsync(long projectId, CancellationToken cancellationToken) =>
        _projects.RemoveAsync(projectId, cancellationToken);

    /// <inheritdoc/>
    public async Task<StoreAnswer> QueryAsync(StoreQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Top, 1);
        var isAsked = query is { Dense.Length: > 0 } or { Sparse.Terms.Length: > 0 } && query.Documents is not { Count: 0 };
        if (!isAsked || await _projects.FindAsync(query.ProjectId, cancellationToken).ConfigureAwait(false) is not { } project)
        {
            return new StoreAnswer([], []);
        }

        var indexes = await IndexesAsync(project, cancellationToken).ConfigureAwait(false);
        var terms = await _search.WeighAsync(query, cancellationToken).ConfigureAwait(false);
        return await _current
            .CollectAsync(
                query,
                MostHits,
                (limit, token) => _search.AskAsync(project.Namespace, indexes, query, terms, limit, token),
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task MaintainAsync(long projectId, CancellationToken cancellationToken)
    {
        if (await _projects.FindAsync(projectId, cancellationToken).ConfigureAwait(false) is not { } project)
        {
            return;
        }

        if (project.State.Retired.Count > 0)
        {
            await _chunks
                .WithoutWritersAsync(projectId, token => RemoveRetiredAsync(projectId, token), cancellationToken)
                .ConfigureAwait(false);
        }

        var size = 0L;
        foreach (var index in await IndexesAsync(project, cancellationToken).ConfigureAwait(false))
        {
            size += await _data.SizeAsync(index, project.Namespace, cancellationToken).ConfigureAwait(false);
        }

        if (!FrozenAverage.IsDue(size, project.State.FrozenAt))
        {
            return;
        }

        var average = await _stores.MeasureLengthAsync(projectId, [], cancellationToken).ConfigureAwait(false);
        if (FrozenAverage.HasDrifted(project.State.AverageLength, average))
        {
            await RebuildAsync(projectId, average, size, cancellationToken).ConfigureAwait(false);
            return;
        }

        await _chunks
            .WithoutWritersAsync(projectId, token => ConfirmAsync(projectId, size, token), cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>
    /// Writes the project's points anew from PostgreSQL, with an average length frozen anew, into another namespace; searches go on in the old one until the project's
    /// row names the new one. Writers of the project wait.
    /// </summary>
    /// <param name="points">Points there are, about.</param>
    public Task RebuildAsync(long projectId, double averageLength, long points, CancellationToken cancellationToken) =>
        _chunks.WithoutWritersAsync(
            projectId,
            async token =>
            {
                if (await _projects.FindAsync(projectId, token).ConfigureAwait(false) is not { } old)
                {
                    return;
                }

                // Noted before the first point: whatever stops this, what was written is found and removed.
                var version = old.State.Latest + 1;
                old = await _projects
                    .SaveAsync(old, old.State with { Latest = version, Retired = [.. old.State.Retired, version] }, token)
                    .ConfigureAwait(false);
                var next = old.State with { Version = version, AverageLength = averageLength, FrozenAt = points };
                await foreach (var group in _chunks.ReadCurrentAsync(projectId, token).ConfigureAwait(false))
                {
                    await WriteAsync(old with { State = next }, WithVector(group), token).ConfigureAwait(false);
                }

                int[] retired = [.. old.State.Retired.Where(r => r != version), old.State.Version];
                await _projects.SaveAsync(old, next with { Retired = retired }, token).ConfigureAwait(false);
                await RemoveRetiredAsync(projectId, token).ConfigureAwait(false);
            },
            cancellationToken
        );

    /// <inheritdoc/>
    public async IAsyncEnumerable<PointName> ListAsync(long projectId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (await _projects.FindAsync(projectId, cancellationToken).ConfigureAwait(false) is not { } project)
        {
            yield break;
        }

        foreach (var index in await IndexesAsync(project, cancellationToken).ConfigureAwait(false))
        {
            await foreach (var page in _data.ListAsync(index, project.Namespace, "", cancellationToken).ConfigureAwait(false))
            {
                foreach (var id in page)
                {
                    yield return PineconeId.Read(id);
                }
            }
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<IndexPoint> ScanAsync(long projectId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (await _projects.FindAsync(projectId, cancellationToken).ConfigureAwait(false) is not { } project)
        {
            yield break;
        }

        foreach (var index in await IndexesAsync(project, cancellationToken).ConfigureAwait(false))
        {
            await foreach (var page in _data.ListAsync(index, project.Namespace, "", cancellationToken).ConfigureAwait(false))
            {
                foreach (var point in await _data.FetchAsync(index, project, page, cancellationToken).ConfigureAwait(false))
                {
                    yield return point;
                }
            }
        }
    }

    /// <summary>Writes points and waits until they show.</summary>
    private async Task WriteAsync(PineconeProject project, IReadOnlyList<IndexPoint> points, CancellationToken cancellationToken)
    {
        var written = new List<(PineconeIndex Index, string Prefix, int Count)>();
        foreach (var alike in points.GroupBy(p => p.Dense.Length))
        {
            var index = await RequireAsync(alike.Key, cancellationToken).ConfigureAwait(false);
            IndexPoint[] all = [.. alike];
            await UpsertAsync(index, project, all, cancellationToken).ConfigureAwait(false);
            written.AddRange(
                all.CountBy(p => (p.DocumentId, p.Generation))
                    .Select(g => (index, PineconeId.Prefix(g.Key.DocumentId, g.Key.Generation), g.Value))
            );
        }

        await _visibility.WrittenAsync(project, written, cancellationToken).ConfigureAwait(false);
    }

    private static IReadOnlyList<IndexPoint> WithVector(IReadOnlyList<IndexPoint> points) =>
        points.All(p => p.Dense.Length > 0) ? points : [.. points.Where(p => p.Dense.Length > 0)];

    private async Task UpsertAsync(PineconeIndex index, PineconeProject project, IndexPoint[] points, CancellationToken cancellationToken)
    {
        // About what fits into one request; one that turns out too long is cut while it is written.
        var bytes = (index.Dimension * 12.6) + (points.Average(p => p.Sparse.Terms.Length) * 24) + 300;
        var size = Math.Clamp(
            (int)(PineconeJson.MostBytes * 0.97 / bytes),
            1,
            Math.Min(_options.PineconeBatchSize, PineconeJson.MostPoints)
        );
        var starts = Enumerable.Range(0, (points.Length + size - 1) / size).Select(i => i * size);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = Streams, CancellationToken = cancellationToken };
        await Parallel
            .ForEachAsync(
                starts,
                parallel,
                async (start, token) =>
                {
                    var end = Math.Min(points.Length, start + size);
                    for (var next = start; next < end; )
                    {
                        next = await _data.UpsertAsync(index, project, points, next, end, token).ConfigureAwait(false);
                    }
                }
            )
            .ConfigureAwait(false);
    }

    /// <summary>Notes that the frozen average is right for as many points as there are now. Only while nobody writes, as all changes of a state but new lengths.</summary>
    private async Task ConfirmAsync(long projectId, long size, CancellationToken cancellationToken)
    {
        if (await _projects.FindAsync(projectId, cancellationToken).ConfigureAwait(false) is { } project)
        {
            await _projects.SaveAsync(project, project.State with { FrozenAt = size }, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Removes what was left or not finished. Only while nobody writes: the namespace of an attempt under way is among it.</summary>
    private async Task RemoveRetiredAsync(long projectId, CancellationToken cancellationToken)
    {
        if (await _projects.FindAsync(projectId, cancellationToken).ConfigureAwait(false) is not { State.Retired.Count: > 0 } project)
        {
            return;
        }

        await _projects.DropAsync(project, project.State.Retired, cancellationToken).ConfigureAwait(false);
        await _projects.SaveAsync(project, project.State with { Retired = [] }, cancellationToken).ConfigureAwait(false);
    }

    private async Task<List<PineconeIndex>> IndexesAsync(PineconeProject project, CancellationToken cancellationToken)
    {
        var indexes = new List<PineconeIndex>();
        foreach (var dimension in project.State.Dimensions)
        {
            indexes.Add(await RequireAsync(dimension, cancellationToken).ConfigureAwait(false));
        }

        return indexes;
    }

    private async Task<PineconeIndex> RequireAsync(int dimension, CancellationToken cancellationToken) =>
        await _indexes.FindAsync(dimension, cancellationToken).ConfigureAwait(false)
        ?? throw new DocumentFailedException(
            FailureCode.ProviderError,
            $"Pinecone's index {_indexes.NameOf(dimension)}, which held points of this project, is not there any more. Restore it from a backup, or give the project another store."
        );

    private static string? MissingOf(RemoteStoreOptions options)
    {
        var isName =
            options.PineconeIndex is { Length: > 0 and <= 39 } name
            && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-')
            && name[0] != '-';
        return string.IsNullOrEmpty(options.PineconeKey)
                ? "The project's vector store is pinecone, which needs a key: set PINECONE_API_KEY."
            : !isName
                ? "PINECONE_INDEX must be of 1 to 39 lower case letters, digits and hyphens, and not begin with a hyphen: it is the first part of the names of Pinecone's indexes."
            : options.PineconeUrl is not { Scheme: "https" } and not { IsLoopback: true }
                ? "PINECONE_BASE_URL must be an https address: the key goes there."
            : null;
    }
}
