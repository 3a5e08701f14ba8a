using System.Collections.Concurrent;
using Npgsql;
using RagPy.Core.Embedding;
using RagPy.Core.Pipeline;

namespace RagPy.Core.Indexing.Remote;

/// <summary>
/// Counts, for stores that know no idf, in how many of a project's current chunks each term occurs: from PostgreSQL, kept in memory, the same in every process.
/// Small projects are counted anew after each change of their index, larger ones when they have grown or shrunk by a tenth.
/// </summary>
internal sealed class TermStatistics(NpgsqlDataSource dataSource) : IDisposable
{
    /// <summary>Most chunks that are looked at; the frequencies of a larger project are those of so many of its chunks.</summary>
    private const int Sample = 100_000;

    /// <summary>Projects of so many chunks are counted in some milliseconds.</summary>
    private const int Small = 5_000;

    private const double Change = 0.1;
    private const int MostProjects = 32;

    private readonly ConcurrentDictionary<long, Entry> _entries = [];
    private long _clock;

    /// <summary>The counts of a project, of now or of shortly before.</summary>
    public async Task<ProjectTerms> GetAsync(long projectId, CancellationToken cancellationToken)
    {
        var entry = _entries.GetOrAdd(projectId, _ => new Entry());
        entry.Used = Interlocked.Increment(ref _clock);
        var version = await VersionAsync(projectId, cancellationToken).ConfigureAwait(false);
        if (entry.Terms is { } known && (known.Version == version || entry.Checked == version))
        {
            return known;
        }

        await entry.Turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await RefreshAsync(entry, projectId, version, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            entry.Turn.Release();
            Trim();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var entry in _entries.Values)
        {
            entry.Turn.Dispose();
        }
    }

    private async Task<ProjectTerms> RefreshAsync(Entry entry, long projectId, long version, CancellationToken cancellationToken)
    {
        var known = entry.Terms;
        if (known is not null && (known.Version == version || entry.Checked == version))
        {
            return known;
        }

        var points = await PointsAsync(projectId, cancellationToken).ConfigureAwait(false);
        if (known is not null && points > Small && Math.Abs(points - known.Points) <= Change * known.Points)
        {
            entry.Checked = version;
            return known;
        }

        entry.Terms = await CountAsync(projectId, version, points, cancellationToken).ConfigureAwait(false);
        return entry.Terms;
    }

    private async Task<ProjectTerms> CountAsync(long projectId, long version, long points, CancellationToken cancellationToken)
    {
        // Ids of documents are hashes: the first of them are a fair sample.
        const string sql = """
            SELECT c.sparse FROM documents d JOIN chunks c ON c.document_id = d.id AND c.generation = d.generation
            WHERE d.project_id = $1 AND c.sparse IS NOT NULL ORDER BY d.id LIMIT $2
            """;
        var with = new Dictionary<uint, int>();
        var counted = 0L;
        await using var command = Sql.Command(dataSource, sql, projectId, Sample);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            counted++;
            foreach (var term in SparseVectorCodec.Decode(reader.GetFieldValue<byte[]>(0)).Terms)
            {
                System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(with, term, out _)++;
            }
        }

        return new ProjectTerms(version, points, counted, with);
    }

    private async Task<long> VersionAsync(long projectId, CancellationToken cancellationToken)
    {
        await using var command = Sql.Command(dataSource, "SELECT index_version FROM projects WHERE id = $1", projectId);
        return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) as long? ?? 0;
    }

    private async Task<long> PointsAsync(long projectId, CancellationToken cancellationToken)
    {
        const string sql = "SELECT coalesce(sum(chunk_count), 0)::bigint FROM documents WHERE project_id = $1 AND generation IS NOT NULL";
        await using var command = Sql.Command(dataSource, sql, projectId);
        return (long)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
    }

    /// <summary>Lets go of the counts that were not asked for longest.</summary>
    private void Trim()
    {
        while (_entries.Count > MostProjects)
        {
            _entries.TryRemove(_entries.MinBy(e => e.Value.Used).Key, out _);
        }
    }

    private sealed class Entry
    {
        public SemaphoreSlim Turn { get; } = new(1);

        public ProjectTerms? Terms { get; set; }

        /// <summary>Version of the index that the counts were found good enough for.</summary>
        public long Checked { get; set; } = -1;

        public long Used { get; set; }
    }
}
