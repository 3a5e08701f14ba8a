using Npgsql;
using RagPy.Core.Embedding;
using RagPy.Core.Pipeline;

namespace RagPy.Core.Projects;

/// <summary>
/// Chooses a project's embedder. Of a project that has documents, every session is brought in again: each document gets a new generation with vectors of the new
/// embedder, and is found by its old ones until that is current.
/// </summary>
public sealed class EmbedderChoice(NpgsqlDataSource dataSource, ProjectAccess access, TaskService tasks, IEmbedderRegistry embedders)
{
    /// <summary>Checks that an embedder can be chosen.</summary>
    /// <exception cref="InvalidOperationException">There is none of this id, or what it needs is not set; the message says what to do.</exception>
    public void Require(string embedderId) => embedders.Describe(embedderId);

    /// <summary>Chooses an embedder. Choosing the same again goes on with what is not done.</summary>
    /// <returns>The tasks that were started.</returns>
    /// <exception cref="InvalidOperationException">There is none of this id, or what it needs is not set; the message says what to do.</exception>
    /// <exception cref="NotFoundException">No such project for this person.</exception>
    /// <exception cref="AccessDeniedException">The person is not its owner.</exception>
    /// <exception cref="TooManySessionsException">As many sessions are in work as may be; choose again later to go on.</exception>
    public async Task<IReadOnlyList<PipelineTask>> ChooseAsync(
        long personId,
        long projectId,
        string embedderId,
        CancellationToken cancellationToken
    )
    {
        var embedder = embedders.Describe(embedderId);
        await access.RequireAsync(personId, projectId, ProjectRole.Owner, cancellationToken);
        const string change = "UPDATE projects SET embedder = $2, dimension = $3 WHERE id = $1 AND (embedder, dimension) <> ($2, $3)";
        await using (var connection = await dataSource.OpenConnectionAsync(cancellationToken))
        {
            await Sql.ExecuteAsync(connection, change, [projectId, embedder.Id, embedder.Dimension], cancellationToken);
        }

        var started = new List<PipelineTask>();
        foreach (var sessionId in await FindSessionsAsync(projectId, cancellationToken))
        {
            started.Add(await tasks.RunAgainAsync(personId, sessionId, cancellationToken));
        }

        return started;
    }

    /// <summary>Sessions that have documents with vectors of another embedder, or on their way to some.</summary>
    private async Task<long[]> FindSessionsAsync(long projectId, CancellationToken cancellationToken)
    {
        const string sql = """
            SELECT coalesce(array_agg(s.id ORDER BY s.id), '{}') FROM sessions s JOIN projects p ON p.id = s.project_id
            WHERE p.id = $1 AND EXISTS (
                SELECT FROM session_documents sd JOIN documents d ON d.id = sd.document_id
                WHERE sd.session_id = s.id AND (d.state = 1 OR (d.generation IS NOT NULL AND d.embedder <> p.embedder)))
            """;
        await using var command = Sql.Command(dataSource, sql, projectId);
        return (long[])(await command.ExecuteScalarAsync(cancellationToken))!;
    }
}
