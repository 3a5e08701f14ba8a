using Microsoft.Extensions.Logging;
using Npgsql;
using RagPy.Core.Indexing;
using RagPy.Core.Indexing.Remote;
using RagPy.Core.Pipeline;

namespace RagPy.Core.Storage;

/// <summary>
/// Deletes documents, sessions and projects with everything that belongs to them (DESIGN §4.5). Access is checked by the caller. Each deletion is
/// first written down and then carried out, so that one that was cut off is finished by the next worker.
/// </summary>
public sealed partial class DeletionService(
    NpgsqlDataSource dataSource,
    IVectorStore store,
    IBlobStore blobs,
    ProjectJanitor janitor,
    TimeProvider time,
    ILogger<DeletionService> logger
)
{
    /// <summary>Deletes rows of documents and notes their points; the statement every deletion of documents uses. $1 project, $2 documents.</summary>
    internal const string DeleteDocumentsSql = """
        WITH gone AS (DELETE FROM documents WHERE project_id = $1 AND id = ANY($2) RETURNING id),
             noted AS (INSERT INTO stale_points (project_id, document_id) SELECT $1, id FROM gone ON CONFLICT DO NOTHING)
        UPDATE projects SET index_version = index_version + 1 WHERE id = $1 AND EXISTS (SELECT FROM gone)
        """;

    /// <summary>Deletes one document. The next run of a source that still has it brings it back.</summary>
    public async Task DeleteDocumentAsync(long projectId, Guid documentId, CancellationToken cancellationToken)
    {
        await using (var connection = await dataSource.OpenConnectionAsync(cancellationToken))
        {
            await Sql.ExecuteAsync(connection, DeleteDocumentsSql, [projectId, new[] { documentId }], cancellationToken);
        }

        await janitor.CleanAsync(projectId, cancellationToken);
    }

    /// <summary>Deletes a session, its tasks, and the documents that no other session has.</summary>
    public async Task DeleteSessionAsync(long projectId, long sessionId, CancellationToken cancellationToken)
    {
        await CancelTasksAsync("session_id", sessionId, cancellationToken);
        await using (var connection = await dataSource.OpenConnectionAsync(cancellationToken))
        await using (var transaction = await connection.BeginTransactionAsync(cancellationToken))
        {
            const string own = """
                SELECT coalesce(array_agg(s.document_id), '{}') FROM session_documents s
                WHERE s.session_id = $1 AND NOT EXISTS
                    (SELECT FROM session_documents o WHERE o.document_id = s.document_id AND o.session_id <> $1)
                """;
            await using var command = Sql.Command(connection, own, sessionId);
            var documents = (Guid[])(await command.ExecuteScalarAsync(cancellationToken))!;
            await Sql.ExecuteAsync(connection, DeleteDocumentsSql, [projectId, documents], cancellationToken);
            await Sql.ExecuteAsync(connection, "DELETE FROM sessions WHERE id = $1", [sessionId], cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }

        await janitor.CleanAsync(projectId, cancellationToken);
    }

    /// <summary>Deletes a project. From the first moment on it is gone for everyone.</summary>
    public async Task DeleteProjectAsync(long projectId, CancellationToken cancellationToken)
    {
        await using (var connection = await dataSource.OpenConnectionAsync(cancellationToken))
        {
            const string mark = "UPDATE projects SET deleted_at = coalesce(deleted_at, $2) WHERE id = $1";
            await Sql.ExecuteAsync(connection, mark, [projectId, time.GetUtcNow()], cancellationToken);
        }

        await TryFinishProjectAsync(projectId, cancellationToken);
    }

    /// <summary>Finishes deletions of projects that were begun and cut off.</summary>
    internal async Task FinishProjectsAsync(CancellationToken cancellationToken)
    {
        await using var command = Sql.Command(
            dataSource,
            "SELECT coalesce(array_agg(id), '{}') FROM projects WHERE deleted_at IS NOT NULL"
        );
        foreach (var projectId in (long[])(await command.ExecuteScalarAsync(cancellationToken))!)
        {
            await TryFinishProjectAsync(projectId, cancellationToken);
        }
    }

    /// <summary>A store that is away or refuses keeps its points, or files, for now: the deletion is written down, and tried again until it is done.</summary>
    private async Task TryFinishProjectAsync(long projectId, CancellationToken cancellationToken)
    {
        try
        {
            await FinishProjectAsync(projectId, cancellationToken);
        }
        catch (Exception exception) when (StoreFailures.Of(exception) is { } failure)
        {
            LogUnfinished(projectId, failure.Reason);
        }
    }

    private async Task FinishProjectAsync(long projectId, CancellationToken cancellationToken)
    {
        await CancelTasksAsync("project_id", projectId, cancellationToken);
        // Both locks: no file and no point is written while the project goes; who comes after finds the row gone.
        await using var index = await AdvisoryLock.AcquireAsync(
            dataSource,
            AdvisoryLocks.Index(projectId),
            shared: false,
            cancellationToken
        );
        await using var files = await AdvisoryLock.AcquireAsync(
            dataSource,
            AdvisoryLocks.Blobs(projectId),
            shared: false,
            cancellationToken
        );
        await store.RemoveProjectAsync(projectId, cancellationToken);
        await blobs.RemoveProjectAsync(projectId, cancellationToken);
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await Sql.ExecuteAsync(connection, "DELETE FROM stale_points WHERE project_id = $1", [projectId], cancellationToken);
        await Sql.ExecuteAsync(connection, "DELETE FROM index_segments WHERE project_id = $1", [projectId], cancellationToken);
        await Sql.ExecuteAsync(connection, "DELETE FROM project_stores WHERE project_id = $1", [projectId], cancellationToken);
        await using var delete = Sql.Command(connection, "DELETE FROM projects WHERE id = $1", projectId);
        delete.CommandTimeout = 0;
        await delete.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private async Task CancelTasksAsync(string column, long id, CancellationToken cancellationToken)
    {
        await using var command = Sql.Command(
            dataSource,
            $"SELECT coalesce(array_agg(id), '{{}}') FROM tasks WHERE {column} = $1 AND state IN (1, 2)",
            id
        );
        foreach (var taskId in (long[])(await command.ExecuteScalarAsync(cancellationToken))!)
        {
            await TaskEnd.CancelAsync(dataSource, taskId, time.GetUtcNow(), cancellationToken);
        }
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Project {ProjectId} is deleted, but points or files of it are still there: {Reason}"
    )]
    private partial void LogUnfinished(long projectId, string reason);
}
