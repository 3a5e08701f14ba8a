using Npgsql;
using RagPy.Core.Pipeline;

namespace RagPy.Core.Projects;

/// <summary>Reads sessions as pages show them: whatever their number, in two round trips.</summary>
public sealed class SessionReader(NpgsqlDataSource dataSource, ProjectAccess access, TimeProvider time)
{
    private const string Columns = """
        SELECT s.id, s.project_id, s.name, s.source_kind, s.source_location, s.created_at, s.updated_at,
               c.documents, c.indexed, c.failed, c.pages, c.needs_ocr_pages, c.chunks,
               (SELECT max(t.id) FROM tasks t WHERE t.session_id = s.id), c.without_vector
        """;

    private const string Counts = """
        CROSS JOIN LATERAL (
            SELECT count(*)::int AS documents, count(*) FILTER (WHERE d.generation IS NOT NULL)::int AS indexed,
                   count(*) FILTER (WHERE d.state = 3)::int AS failed, coalesce(sum(d.page_count), 0)::int AS pages,
                   coalesce(sum(d.needs_ocr_pages), 0)::int AS needs_ocr_pages,
                   coalesce(sum(d.chunk_count) FILTER (WHERE d.generation IS NOT NULL), 0)::bigint AS chunks,
                   coalesce(sum(d.chunks_without_vector) FILTER (WHERE d.generation IS NOT NULL), 0)::bigint AS without_vector
            FROM session_documents l JOIN documents d ON d.id = l.document_id WHERE l.session_id = s.id) c
        """;

    private const string ListSql = $"""
        {Columns}
        FROM (SELECT * FROM sessions WHERE project_id = $1 AND id < $2 ORDER BY id DESC OFFSET $3 LIMIT $4) s
        {Counts}
        ORDER BY s.id DESC
        """;

    private const string OneSql = $"{Columns} FROM sessions s {Counts} WHERE s.id = $1";

    /// <summary>Sessions of a project, newest first.</summary>
    /// <param name="before">Id of the last session seen; null to begin.</param>
    /// <param name="limit">Most sessions wanted.</param>
    /// <param name="skip">Sessions to leave out first.</param>
    /// <exception cref="NotFoundException">No such project for this person.</exception>
    public async Task<IReadOnlyList<SessionOverview>> ListAsync(
        long personId,
        long projectId,
        long? before,
        int limit,
        CancellationToken cancellationToken,
        int skip = 0
    )
    {
        await access.RequireAsync(personId, projectId, ProjectRole.Viewer, cancellationToken);
        await using var command = Sql.Command(dataSource, ListSql, projectId, before ?? long.MaxValue, skip, limit);
        return await ReadAsync(command, cancellationToken);
    }

    /// <summary>Number of sessions of a project.</summary>
    /// <exception cref="NotFoundException">No such project for this person.</exception>
    public async Task<int> CountAsync(long personId, long projectId, CancellationToken cancellationToken)
    {
        await access.RequireAsync(personId, projectId, ProjectRole.Viewer, cancellationToken);
        await using var command = Sql.Command(dataSource, "SELECT count(*)::int FROM sessions WHERE project_id = $1", projectId);
        return (int)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>The newest session that the person may see whose source location begins with one of these; null when there is none.</summary>
    public async Task<long?> FindByLocationAsync(long personId, string[] beginnings, CancellationToken cancellationToken)
    {
        const string sql = """
            SELECT max(s.id) FROM sessions s
            JOIN projects p ON p.id = s.project_id AND p.deleted_at IS NULL
            JOIN project_members m ON m.project_id = p.id AND m.person_id = $1
            WHERE EXISTS (SELECT FROM unnest($2) b WHERE starts_with(s.source_location, b))
            """;
        await using var command = Sql.Command(dataSource, sql, personId, beginnings);
        return await command.ExecuteScalarAsync(cancellationToken) as long?;
    }

    /// <summary>One session.</summary>
    /// <exception cref="NotFoundException">No such session for this person.</exception>
    public async Task<SessionOverview> GetAsync(long personId, long sessionId, CancellationToken cancellationToken)
    {
        await access.RequireSessionAsync(personId, sessionId, ProjectRole.Viewer, cancellationToken);
        await using var command = Sql.Command(dataSource, OneSql, sessionId);
        var found = await ReadAsync(command, cancellationToken);
        return found.Count == 1 ? found[0] : throw new NotFoundException("session", sessionId);
    }

    private async Task<IReadOnlyList<SessionOverview>> ReadAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        var sessions = new List<(SessionOverview Session, long? Task)>();
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                sessions.Add((Read(reader), reader.IsDBNull(13) ? null : reader.GetInt64(13)));
            }
        }

        var ids = sessions.Select(s => s.Task).OfType<long>().ToArray();
        var tasks = await ProgressReader.ReadManyAsync(dataSource, ids, time.GetUtcNow(), cancellationToken);
        return [.. sessions.Select(s => s.Task is { } id ? s.Session with { Task = tasks.GetValueOrDefault(id) } : s.Session)];
    }

    private static SessionOverview Read(NpgsqlDataReader reader) =>
        new(
            reader.GetInt64(0),
            reader.GetInt64(1),
            reader.GetString(2),
            reader.GetString(3),
            reader.GetString(4),
            reader.GetFieldValue<DateTimeOffset>(5),
            reader.GetFieldValue<DateTimeOffset>(6),
            new SessionCounts(
                reader.GetInt32(7),
                reader.GetInt32(8),
                reader.GetInt32(9),
                reader.GetInt32(10),
                reader.GetInt32(11),
                reader.GetInt64(12)
            )
            {
                ChunksWithoutVector = reader.GetInt64(14),
            },
            Task: null
        );
}
