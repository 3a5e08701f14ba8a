using Npgsql;
using RagPy.Core.CleanUp;
using RagPy.Core.Pipeline;
using RagPy.Core.Providers.Chat;

namespace RagPy.Core.Projects;

/// <summary>
/// Chooses the chat model that cleans a project's passages up. Of a project that has documents, every session is brought in again: each document that is concerned
/// gets a new generation, and is found by its old one until that is current.
/// </summary>
public sealed class CleanUpChoice(NpgsqlDataSource dataSource, ProjectAccess access, TaskService tasks, IChatModels models)
{
    /// <summary>Checks that a model can be chosen.</summary>
    /// <param name="model">A chat model's name, or <see cref="CleanUpRules.None"/>.</param>
    /// <returns>Its full name.</returns>
    /// <exception cref="InvalidOperationException">It names no model, or what it needs is not set; the message says what to do.</exception>
    public string Require(string model) => CleanUpRules.Require(models, model);

    /// <summary>Chooses a model. A choice that changes nothing starts nothing.</summary>
    /// <param name="model">A chat model's name, or <see cref="CleanUpRules.None"/>.</param>
    /// <returns>The tasks that were started.</returns>
    /// <exception cref="InvalidOperationException">It names no model, or what it needs is not set; the message says what to do.</exception>
    /// <exception cref="NotFoundException">No such project for this person.</exception>
    /// <exception cref="AccessDeniedException">The person is not its owner.</exception>
    /// <exception cref="TooManySessionsException">As many sessions are in work as may be: run the sessions that are left later.</exception>
    public async Task<IReadOnlyList<PipelineTask>> ChooseAsync(
        long personId,
        long projectId,
        string model,
        CancellationToken cancellationToken
    )
    {
        var name = Require(model);
        await access.RequireAsync(personId, projectId, ProjectRole.Owner, cancellationToken);
        const string change = "UPDATE projects SET clean_up = $2 WHERE id = $1 AND clean_up <> $2";
        await using (var connection = await dataSource.OpenConnectionAsync(cancellationToken))
        {
            if (await Sql.ExecuteAsync(connection, change, [projectId, name], cancellationToken) == 0)
            {
                return [];
            }
        }

        var started = new List<PipelineTask>();
        foreach (var sessionId in await FindSessionsAsync(projectId, cancellationToken))
        {
            started.Add(await tasks.RunAgainAsync(personId, sessionId, cancellationToken));
        }

        return started;
    }

    private async Task<long[]> FindSessionsAsync(long projectId, CancellationToken cancellationToken)
    {
        const string sql = """
            SELECT coalesce(array_agg(s.id ORDER BY s.id), '{}') FROM sessions s
            WHERE s.project_id = $1 AND EXISTS (SELECT FROM session_documents d WHERE d.session_id = s.id)
            """;
        await using var command = Sql.Command(dataSource, sql, projectId);
        return (long[])(await command.ExecuteScalarAsync(cancellationToken))!;
    }
}
