using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace RagPy.Core.Indexing;

/// <summary>
/// The vector store of one host: immutable, memory-mapped segment files, shared by its processes through the page cache. Whether a point is
/// current is derived from PostgreSQL at each query (docs/adr/0003-liveness-from-postgresql.md), so that files never need to be
/// changed in place and a crash can only leave refuse.
/// </summary>
public sealed partial class EmbeddedVectorStore : IVectorStore, IDisposable
{
    /// <summary>Points of one step of a scan over all points; bounds its memory.</summary>
    private const int ScanBlock = 4_096;

    private readonly EmbeddedStoreOptions _options;
    private readonly SegmentCatalog _catalog;
    private readonly SegmentFiles _files;
    private readonly SegmentMaintenance _maintenance;
    private readonly TimeProvider _time;
    private readonly ILogger<EmbeddedVectorStore> _logger;
    private readonly ConcurrentDictionary<long, ProjectIndex> _projects = [];

    /// <param name="dataSource">The database that holds documents, chunks and the list of segments.</param>
    public EmbeddedVectorStore(
        NpgsqlDataSource dataSource,
        EmbeddedStoreOptions options,
        TimeProvider time,
        ILogger<EmbeddedVectorStore> logger
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _time = time;
        _logger = logger;
        _catalog = new SegmentCatalog(dataSource, time);
        _files = new SegmentFiles(options.Folder, time);
        _maintenance = new SegmentMaintenance(dataSource, _catalog, _files);
        Directory.CreateDirectory(options.Folder);
    }

    /// <inheritdoc />
    public string Kind => StoreKinds.Embedded;

    /// <inheritdoc />
    /// <exception cref="ArgumentException">A vector is not of unit length.</exception>
    public async Task WriteAsync(long projectId, IReadOnlyList<IndexPoint> points, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(points);
        UnitLength.Require(points);
        var rows = _maintenance.Write(projectId, points);
        if (rows.Count > 0)
        {
            await _catalog.SwapAsync(projectId, [], rows, cancellationToken).ConfigureAwait(false);
            await MergeAsync(projectId, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc />
    public Task<int> CountAsync(long projectId, Guid documentId, Guid generation, CancellationToken cancellationToken) =>
        MendAsync(
            projectId,
            async () =>
            {
                foreach (var row in await _catalog.ListAsync(projectId, cancellationToken).ConfigureAwait(false))
                {
                    using var segment = _files.Open(projectId, row);
                    if (segment.Find(documentId, generation) is >= 0 and var index)
                    {
                        return segment.Documents[index].PointCount;
                    }
                }

                return 0;
            },
            cancellationToken
        );

    /// <inheritdoc />
    public Task RemoveStaleAsync(long projectId, IReadOnlyCollection<Guid> documentIds, CancellationToken cancellationToken) =>
        MendAsync(
            projectId,
            async () =>
            {
                await _maintenance.RemoveStaleAsync(projectId, documentIds, cancellationToken).ConfigureAwait(false);
                return true;
            },
            cancellationToken
        );

    /// <inheritdoc />
    public async Task RemoveProjectAsync(long projectId, CancellationToken cancellationToken)
    {
        await using var held = await _catalog.LockAsync(projectId, wait: true, cancellationToken).ConfigureAwait(false);
        await _catalog.RemoveAllAsync(projectId, cancellationToken).ConfigureAwait(false);
        _files.DeleteProject(projectId);
        if (_projects.TryRemove(projectId, out var project))
        {
            project.Dispose();
        }
    }

    /// <inheritdoc />
    public Task<StoreAnswer> QueryAsync(StoreQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Top, 1);
        return _projects
            .GetOrAdd(
                query.ProjectId,
                id => new ProjectIndex(id, (snapshot, token) => RefreshAsync(id, snapshot, token), _options.Workers, _time)
            )
            .QueryAsync(query, cancellationToken);
    }

    /// <inheritdoc />
    public async IAsyncEnumerable<IndexPoint> ScanAsync(long projectId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var segments = await MendAsync(projectId, () => OpenAllAsync(projectId, cancellationToken), cancellationToken)
            .ConfigureAwait(false);
        try
        {
            // A generation written twice is there once.
            var chosen = GenerationCopies.Choose(segments, (_, _) => true);
            for (var i = 0; i < segments.Count; i++)
            {
                var segment = segments[i];
                for (var start = 0; start < segment.PointCount; start += ScanBlock)
                {
                    foreach (var point in SegmentReader.Read(segment, start, Math.Min(segment.PointCount, start + ScanBlock)))
                    {
                        cancellationToken.ThrowIfCancellationRequested();
                        if (chosen[(point.DocumentId, point.Generation)].Segment == i)
                        {
                            yield return point;
                        }
                    }
                }
            }
        }
        finally
        {
            segments.ForEach(s => s.Dispose());
        }
    }

    /// <inheritdoc />
    public Task MaintainAsync(long projectId, CancellationToken cancellationToken) => MergeAsync(projectId, cancellationToken);

    /// <inheritdoc />
    public async IAsyncEnumerable<PointName> ListAsync(long projectId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var point in ScanAsync(projectId, cancellationToken).ConfigureAwait(false))
        {
            yield return new PointName(point.Id, point.DocumentId, point.Generation, point.Ordinal);
        }
    }

    /// <summary>Merges small segments where enough have gathered; does nothing while another process is at it. Every write does so.</summary>
    /// <returns>Number of segments that went into others.</returns>
    public Task<int> MergeAsync(long projectId, CancellationToken cancellationToken) =>
        MendAsync(projectId, () => _maintenance.MergeAsync(projectId, cancellationToken), cancellationToken);

    /// <summary>Writes all of a project's segments anew from PostgreSQL.</summary>
    public Task RebuildAsync(long projectId, CancellationToken cancellationToken) =>
        _maintenance.RebuildAsync(projectId, cancellationToken);

    /// <summary>Reads every byte of a project's segments against their checksums, and rebuilds the project when one is damaged.</summary>
    /// <returns>True when nothing was wrong.</returns>
    public async Task<bool> VerifyAsync(long projectId, CancellationToken cancellationToken)
    {
        foreach (var row in await _catalog.ListAsync(projectId, cancellationToken).ConfigureAwait(false))
        {
            if (!IsSound(projectId, row))
            {
                Log.Rebuilding(_logger, projectId, null);
                await RebuildAsync(projectId, cancellationToken).ConfigureAwait(false);
                return false;
            }
        }

        return true;
    }

    /// <summary>Deletes files that crashes left behind. Call it when a process starts.</summary>
    /// <returns>Number of files deleted.</returns>
    public async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        var deleted = 0;
        foreach (var projectId in _files.Projects().ToList())
        {
            var known = await _catalog.ListAsync(projectId, cancellationToken).ConfigureAwait(false);
            deleted += _files.Sweep(projectId, known.Select(r => r.Id).ToHashSet());
        }

        return deleted;
    }

    /// <summary>Lets all mapped segments go.</summary>
    public void Dispose()
    {
        foreach (var project in _projects.Values)
        {
            project.Dispose();
        }
    }

    private bool IsSound(long projectId, SegmentRow row)
    {
        try
        {
            using var segment = _files.Open(projectId, row);
            return segment.Verify();
        }
        catch (SegmentCorruptException)
        {
            return false;
        }
    }

    /// <summary>The snapshot of the project's present version: the given one, or a new one; null when the project is gone.</summary>
    private async Task<IndexSnapshot?> RefreshAsync(long projectId, IndexSnapshot? present, CancellationToken cancellationToken)
    {
        var version = await _catalog.GetVersionAsync(projectId, cancellationToken).ConfigureAwait(false);
        if (version is null || (present is not null && present.Version == version))
        {
            return version is null ? null : present;
        }

        var next = await MendAsync(projectId, () => LoadAsync(projectId, present, cancellationToken), cancellationToken)
            .ConfigureAwait(false);
        KeepToBudget(projectId, next?.MappedBytes ?? 0);
        return next;
    }

    private async Task<IndexSnapshot?> LoadAsync(long projectId, IndexSnapshot? present, CancellationToken cancellationToken)
    {
        if (await _catalog.LoadAsync(projectId, cancellationToken).ConfigureAwait(false) is not { } state)
        {
            return null;
        }

        var open = present?.Views.ToDictionary(v => v.Segment.Id, v => v.Segment) ?? [];
        return new IndexSnapshot(state.Version, Open(projectId, state.Segments, open), state.Current);
    }

    private async Task<List<Segment>> OpenAllAsync(long projectId, CancellationToken cancellationToken) =>
        Open(projectId, await _catalog.ListAsync(projectId, cancellationToken).ConfigureAwait(false), []);

    /// <summary>Takes a reference on every segment, or on none.</summary>
    private List<Segment> Open(long projectId, IReadOnlyList<SegmentRow> rows, Dictionary<Guid, Segment> open)
    {
        var segments = new List<Segment>();
        try
        {
            foreach (var row in rows)
            {
                segments.Add(open.TryGetValue(row.Id, out var segment) && segment.TryAcquire() ? segment : _files.Open(projectId, row));
            }

            return segments;
        }
        catch
        {
            segments.ForEach(s => s.Dispose());
            throw;
        }
    }

    /// <summary>Runs something that reads segments. One that is missing may have been merged away meanwhile: try again; if it still is, rebuild.</summary>
    private async Task<T> MendAsync<T>(long projectId, Func<Task<T>> read, CancellationToken cancellationToken)
    {
        try
        {
            return await read().ConfigureAwait(false);
        }
        catch (SegmentCorruptException)
        {
            try
            {
                return await read().ConfigureAwait(false);
            }
            catch (SegmentCorruptException e)
            {
                Log.Rebuilding(_logger, projectId, e);
            }
        }

        await RebuildAsync(projectId, cancellationToken).ConfigureAwait(false);
        return await read().ConfigureAwait(false);
    }

    private void KeepToBudget(long inUse, long bytes)
    {
        foreach (var project in _projects.Values.Where(p => p.ProjectId != inUse).OrderByDescending(p => p.LastUsed))
        {
            bytes += project.MappedBytes;
            if (bytes > _options.MemoryBudget)
            {
                bytes -= project.MappedBytes;
                project.Release();
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(
            EventId = 1,
            Level = LogLevel.Warning,
            Message = "A segment of project {ProjectId} is damaged or gone; the project's index is rebuilt from PostgreSQL"
        )]
        public static partial void Rebuilding(ILogger logger, long projectId, Exception? exception);
    }
}
