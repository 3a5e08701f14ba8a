using System.Security.Cryptography;
using System.Text;
using Npgsql;
using RagPy.Core.Pipeline;
using RagPy.Core.Sources;

namespace RagPy.Core.Estimates;

/// <summary>What estimates of a session found out about files, looked up by their stamps and kept in the database. Of a source without a session it lives as long as this.</summary>
internal sealed class CountedFiles : IKnownHashes
{
    private readonly NpgsqlDataSource _dataSource;
    private readonly long? _sessionId;
    private readonly Dictionary<Guid, (int? Pages, string? Hash)> _known = [];
    private readonly HashSet<Guid> _seen = [];
    private readonly HashSet<Guid> _changed = [];

    private CountedFiles(NpgsqlDataSource dataSource, long? sessionId) => (_dataSource, _sessionId) = (dataSource, sessionId);

    /// <summary>Reads what is kept of a session.</summary>
    public static async Task<CountedFiles> ReadAsync(NpgsqlDataSource dataSource, long? sessionId, CancellationToken cancellationToken)
    {
        var files = new CountedFiles(dataSource, sessionId);
        if (sessionId is null)
        {
            return files;
        }

        const string sql = "SELECT file, pages, sha256 FROM counted_files WHERE session_id = $1";
        await using var command = Sql.Command(dataSource, sql, sessionId);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            files._known[reader.GetGuid(0)] = (
                reader.IsDBNull(1) ? null : reader.GetInt32(1),
                reader.IsDBNull(2) ? null : reader.GetString(2)
            );
        }

        return files;
    }

    /// <inheritdoc/>
    public string? Find(string stamp) => Look(stamp).Hash;

    /// <inheritdoc/>
    public void Add(string stamp, string hash) => Keep(stamp, Look(stamp) with { Hash = hash });

    /// <summary>Pages of a PDF, counted when they are not known; null when they cannot be.</summary>
    public async Task<int?> CountPagesAsync(SourceFile file, CancellationToken cancellationToken)
    {
        if (file.Stamp is { } stamp && Look(stamp).Pages is { } known)
        {
            return known == 0 ? null : known;
        }

        await using var content = await file.OpenAsync(cancellationToken);
        var pages = await PdfPageCount.ReadAsync(content, file.Length, cancellationToken);
        if (file.Stamp is not null)
        {
            Keep(file.Stamp, Look(file.Stamp) with { Pages = pages ?? 0 });
        }

        return pages;
    }

    /// <summary>Keeps what was found out since the last call.</summary>
    public async Task SaveAsync(CancellationToken cancellationToken)
    {
        if (_sessionId is null || _changed.Count == 0)
        {
            return;
        }

        const string sql = """
            INSERT INTO counted_files (session_id, file, pages, sha256)
            SELECT s.id, n.file, n.pages, n.sha256
            FROM (SELECT id FROM sessions WHERE id = $1 FOR KEY SHARE) s, unnest($2::uuid[], $3::int[], $4::text[]) AS n (file, pages, sha256)
            ON CONFLICT (session_id, file) DO UPDATE SET pages = coalesce(excluded.pages, counted_files.pages), sha256 = coalesce(excluded.sha256, counted_files.sha256)
            """;
        Guid[] files = [.. _changed.Order()];
        await using var command = Sql.Command(
            _dataSource,
            sql,
            _sessionId,
            files,
            files.Select(file => _known[file].Pages).ToArray(),
            files.Select(file => _known[file].Hash).ToArray()
        );
        await command.ExecuteNonQueryAsync(cancellationToken);
        _changed.Clear();
    }

    /// <summary>Forgets files, and versions of files, that the source has no longer. For when all of it was read.</summary>
    public async Task ForgetOthersAsync(CancellationToken cancellationToken)
    {
        if (_sessionId is null || _known.Keys.All(_seen.Contains))
        {
            return;
        }

        const string sql = "DELETE FROM counted_files WHERE session_id = $1 AND NOT (file = ANY($2))";
        await using var command = Sql.Command(_dataSource, sql, _sessionId, _seen.ToArray());
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private (int? Pages, string? Hash) Look(string stamp)
    {
        var file = Name(stamp);
        _seen.Add(file);
        return _known.GetValueOrDefault(file);
    }

    private void Keep(string stamp, (int? Pages, string? Hash) facts)
    {
        var file = Name(stamp);
        _known[file] = facts;
        _changed.Add(file);
    }

    private static Guid Name(string stamp) => new(SHA256.HashData(Encoding.UTF8.GetBytes(stamp)).AsSpan(0, 16));
}
