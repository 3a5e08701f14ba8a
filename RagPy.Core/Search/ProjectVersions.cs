using Npgsql;
using RagPy.Core.Pipeline;

namespace RagPy.Core.Search;

/// <summary>Says whether an answer of a project's search may have changed.</summary>
public sealed class ProjectVersions(NpgsqlDataSource dataSource)
{
    /// <summary>
    /// The same as long as the same search gives the same answer; null while a task runs, when titles, authors and tags may change at any time without
    /// their passages changing.
    /// </summary>
    public async Task<string?> GetAsync(long projectId, CancellationToken cancellationToken)
    {
        const string sql = """
            SELECT p.index_version::text || '-' || coalesce(max(t.id), 0)::text || '-' || p.embedder
            FROM projects p LEFT JOIN sessions s ON s.project_id = p.id LEFT JOIN tasks t ON t.session_id = s.id
            WHERE p.id = $1 GROUP BY p.id HAVING NOT coalesce(bool_or(t.state IN (1, 2)), false)
            """;
        await using var command = Sql.Command(dataSource, sql, projectId);
        return (string?)await command.ExecuteScalarAsync(cancellationToken);
    }
}
