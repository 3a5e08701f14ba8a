using Npgsql;
using RagPy.Core.Indexing.Remote;

namespace RagPy.Core.Indexing;

/// <summary>Everything that rewrites a project's segments: merging, erasing, rebuilding. One process at a time, under the project's lock.</summary>
internal sealed class SegmentMaintenance(NpgsqlDataSource dataSource, SegmentCatalog catalog, SegmentFiles files)
{
    /// <summary>Bytes of vectors gathered before a rebuild writes a segment.</summary>
    private const long RebuildBatchBytes = 64L << 20;

    private readonly CurrentGenerations _current = new(dataSource);

    /// <summary>Merges segments as <see cref="MergePlanner"/> says, unless another process is at it.</summary>
    /// <returns>Number of segments that went into others.</returns>
    public async Task<int> MergeAsync(long projectId, CancellationToken cancellationToken)
    {
        if (MergePlanner.Plan(await catalog.ListAsync(projectId, cancellationToken).ConfigureAwait(false)).Count == 0)
        {
            return 0;
        }

        await using var held = await catalog.LockAsync(projectId, wait: false, cancellationToken).ConfigureAwait(false);
        if (held is null)
        {
            return 0;
        }

        var merged = 0;
        while (true)
        {
            var plan = MergePlanner.Plan(await catalog.ListAsync(projectId, cancellationToken).ConfigureAwait(false));
            if (plan.Count == 0)
            {
                return merged;
            }

            await MergeAsync(projectId, plan, cancellationToken).ConfigureAwait(false);
            merged += plan.Count;
        }
    }

    /// <summary>Rewrites the segments that hold points of the given documents which are not of their current generation.</summary>
    public async Task RemoveStaleAsync(long projectId, IReadOnlyCollection<Guid> documentIds, CancellationToken cancellationToken)
    {
        var rows = await catalog.ListAsync(projectId, cancellationToken).ConfigureAwait(false);
        if (rows.Count == 0 || documentIds.Count == 0)
        {
            return;
        }

        await using var held = await catalog.LockAsync(projectId, wait: true, cancellationToken).ConfigureAwait(false);
        rows = await catalog.ListAsync(projectId, cancellationToken).ConfigureAwait(false);
        var current = await _current.ReadAsync(projectId, documentIds, cancellationToken).ConfigureAwait(false);
        var wanted = documentIds as IReadOnlySet<Guid> ?? documentIds.ToHashSet();
        bool IsStale(Guid document, Guid generation) =>
            wanted.Contains(document) && (!current.TryGetValue(document, out var now) || now != generation);

        foreach (var row in rows)
        {
            using var segment = files.Open(projectId, row);
            if (wanted.Any(id => HasStale(segment, id, IsStale)))
            {
                await RewriteAsync(projectId, [segment], (d, g) => !IsStale(d, g), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Writes every complete generation that PostgreSQL has into new segments and drops the old ones.</summary>
    public async Task RebuildAsync(long projectId, CancellationToken cancellationToken)
    {
        await using var held = await catalog.LockAsync(projectId, wait: true, cancellationToken).ConfigureAwait(false);
        var old = await catalog.ListAsync(projectId, cancellationToken).ConfigureAwait(false);
        var added = new List<SegmentRow>();
        var batch = new List<IndexPoint>();
        var bytes = 0L;
        await foreach (var point in ReadChunksAsync(projectId, cancellationToken).ConfigureAwait(false))
        {
            // Only between generations: a store never splits one.
            if (bytes >= RebuildBatchBytes && (batch[^1].DocumentId, batch[^1].Generation) != (point.DocumentId, point.Generation))
            {
                added.AddRange(Write(projectId, batch));
                batch.Clear();
                bytes = 0;
            }

            batch.Add(point);
            bytes += point.Dense.Length * sizeof(float) + point.Sparse.Terms.Length * 2L * sizeof(int);
        }

        added.AddRange(Write(projectId, batch));
        await catalog.SwapAsync(projectId, [.. old.Select(r => r.Id)], added, cancellationToken).ConfigureAwait(false);
        files.Delete(projectId, old.Select(r => r.Id));
    }

    /// <summary>
    /// Writes points into one new segment for each dimension; their rows are the caller's to insert. A point without a vector lies with the others of its generation.
    /// </summary>
    public IReadOnlyList<SegmentRow> Write(long projectId, IReadOnlyCollection<IndexPoint> points)
    {
        var rows = new List<SegmentRow>();
        var dimensions = points.GroupBy(p => (p.DocumentId, p.Generation)).ToDictionary(g => g.Key, g => g.Max(p => p.Dense.Length));
        foreach (var group in points.GroupBy(p => dimensions[(p.DocumentId, p.Generation)]))
        {
            var id = Guid.CreateVersion7();
            var (count, bytes) = SegmentBuilder.Write(files.Create(projectId, id), group.Key, group);
            rows.Add(new SegmentRow(id, group.Key, count, bytes));
        }

        return rows;
    }

    private static bool HasStale(Segment segment, Guid documentId, Func<Guid, Guid, bool> isStale)
    {
        var documents = segment.Documents;
        for (var i = segment.FirstOf(documentId); i < documents.Length && documents[i].DocumentId == documentId; i++)
        {
            if (isStale(documentId, documents[i].Generation))
            {
                return true;
            }
        }

        return false;
    }

    private async Task MergeAsync(long projectId, IReadOnlyList<SegmentRow> rows, CancellationToken cancellationToken)
    {
        var segments = new List<Segment>();
        try
        {
            foreach (var row in rows)
            {
                segments.Add(files.Open(projectId, row));
            }

            // Everything goes on: what is not current may be about to be. Only RemoveStaleAsync erases.
            await RewriteAsync(projectId, segments, (_, _) => true, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            segments.ForEach(s => s.Dispose());
        }
    }

    private async Task RewriteAsync(
        long projectId,
        IReadOnlyList<Segment> segments,
        Func<Guid, Guid, bool> keep,
        CancellationToken cancellationToken
    )
    {
        var merger = new SegmentMerger(segments, keep);
        var added = new List<SegmentRow>();
        if (merger.PointCount > 0)
        {
            var id = Guid.CreateVersion7();
            var bytes = merger.Write(files.Create(projectId, id), cancellationToken);
            added.Add(new SegmentRow(id, segments[0].Dimension, merger.PointCount, bytes));
        }

        var removed = segments.Select(s => s.Id).ToList();
        await catalog.SwapAsync(projectId, removed, added, cancellationToken).ConfigureAwait(false);
        files.Delete(projectId, removed);
    }

    private async IAsyncEnumerable<IndexPoint> ReadChunksAsync(
        long projectId,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await using var command = dataSource.CreateCommand(
            """
            SELECT c.id, c.document_id, c.generation, c.ordinal, c.dense, c.sparse
            FROM chunks c
            JOIN documents d ON d.id = c.document_id AND d.project_id = $1
            WHERE c.project_id = $1
              AND NOT EXISTS (
                SELECT 1 FROM chunks open
                WHERE open.document_id = c.document_id AND open.generation = c.generation AND open.sparse IS NULL)
            ORDER BY c.document_id, c.generation, c.ordinal
            """
        );
        command.CommandTimeout = 0;
        command.Parameters.Add(new() { Value = projectId });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            yield return ChunkPoints.Read(reader);
        }
    }
}
