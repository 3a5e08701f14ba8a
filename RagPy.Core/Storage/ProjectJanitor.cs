using Microsoft.Extensions.Logging;
using Npgsql;
using RagPy.Core.Indexing;
using RagPy.Core.Indexing.Remote;
using RagPy.Core.Pipeline;

namespace RagPy.Core.Storage;

/// <summary>
/// Removes from a project what nothing refers to any more: points and chunks of former generations, cached extractions, items without documents,
/// files. What to remove is always derived from rows, so it can stop anywhere and be done again.
/// </summary>
public sealed partial class ProjectJanitor(
    NpgsqlDataSource dataSource,
    IVectorStore store,
    IBlobStore blobs,
    ILogger<ProjectJanitor> logger
)
{
    private const int BatchSize = 500;

    /// <summary>Cleans one project. Waits for writers of the project to finish their batch.</summary>
    public async Task CleanAsync(long projectId, CancellationToken cancellationToken)
    {
        await CleanPointsAsync(projectId, cancellationToken);
        await CleanRowsAsync(projectId, cancellationToken);
        await CleanBlobsAsync(projectId, cancellationToken);
    }

    /// <summary>Removes files that no row names. What cannot be removed now is found again the next time.</summary>
    public async Task CleanBlobsAsync(long projectId, CancellationToken cancellationToken)
    {
        try
        {
            await RemoveUnusedAsync(projectId, cancellationToken);
        }
        catch (TransientFailureException exception)
        {
            LogFilesKept(projectId, exception.Failure.Reason);
        }
    }

    /// <summary>Removes points and chunks that are not current, of the documents noted as stale.</summary>
    public async Task CleanPointsAsync(long projectId, CancellationToken cancellationToken)
    {
        if ((await ReadStaleAsync(projectId, cancellationToken)).Length == 0)
        {
            return;
        }

        // Exclusive: a writer between its points and its switch would lose points that are about to become current.
        await using var held = await AdvisoryLock.AcquireAsync(
            dataSource,
            AdvisoryLocks.Index(projectId),
            shared: false,
            cancellationToken
        );
        while (await ReadStaleAsync(projectId, cancellationToken) is { Length: > 0 } documents)
        {
            try
            {
                await store.RemoveStaleAsync(projectId, documents, cancellationToken);
            }
            catch (Exception exception) when (StoreFailures.Of(exception) is { } failure)
            {
                // Noted as stale they stay, and are tried again; no search shows them meanwhile.
                LogKept(projectId, failure.Reason);
                return;
            }

            await RemoveStaleRowsAsync(projectId, documents, cancellationToken);
        }
    }

    private async Task<Guid[]> ReadStaleAsync(long projectId, CancellationToken cancellationToken)
    {
        const string sql =
            "SELECT coalesce(array_agg(document_id), '{}') FROM (SELECT document_id FROM stale_points WHERE project_id = $1 LIMIT $2) s";
        await using var command = Sql.Command(dataSource, sql, projectId, BatchSize);
        return (Guid[])(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private async Task RemoveStaleRowsAsync(long projectId, Guid[] documents, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        const string chunks = """
            DELETE FROM chunks c USING documents d
            WHERE c.document_id = ANY($1) AND d.id = c.document_id AND c.generation IS DISTINCT FROM d.generation
              AND NOT EXISTS (SELECT FROM work_items w WHERE w.document_id = d.id AND w.state IN (1, 2) AND w.generation = c.generation)
            """;
        await Sql.ExecuteAsync(connection, chunks, [documents], cancellationToken);
        const string done = "DELETE FROM stale_points WHERE project_id = $1 AND document_id = ANY($2)";
        await Sql.ExecuteAsync(connection, done, [projectId, documents], cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private async Task CleanRowsAsync(long projectId, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        const string extractions = """
            DELETE FROM extractions x WHERE x.project_id = $1
              AND NOT EXISTS (SELECT FROM documents d WHERE d.project_id = $1 AND d.file_hash = x.file_hash)
              AND NOT EXISTS (SELECT FROM documents d WHERE d.extraction_id = x.id)
            """;
        await Sql.ExecuteAsync(connection, extractions, [projectId], cancellationToken);
        const string items = "DELETE FROM items i WHERE i.project_id = $1 AND NOT EXISTS (SELECT FROM documents d WHERE d.item_id = i.id)";
        await Sql.ExecuteAsync(connection, items, [projectId], cancellationToken);
    }

    private async Task RemoveUnusedAsync(long projectId, CancellationToken cancellationToken)
    {
        var stored = new List<BlobReference>();
        await foreach (var blob in blobs.ListAsync(projectId, cancellationToken))
        {
            stored.Add(blob);
        }

        if ((await UnusedAsync(projectId, stored, cancellationToken)).Count == 0)
        {
            return;
        }

        // Exclusive, and asked again: a reader of a source may just have stored a file whose row comes next.
        await using var held = await AdvisoryLock.AcquireAsync(
            dataSource,
            AdvisoryLocks.Blobs(projectId),
            shared: false,
            cancellationToken
        );
        await blobs.RemoveAsync(projectId, await UnusedAsync(projectId, stored, cancellationToken), cancellationToken);
    }

    private async Task<List<BlobReference>> UnusedAsync(long projectId, List<BlobReference> stored, CancellationToken cancellationToken)
    {
        if (stored.Count == 0)
        {
            return [];
        }

        const string sql = """
            SELECT file_hash FROM documents WHERE project_id = $1 AND file_hash IS NOT NULL
            UNION SELECT file_hash FROM extractions WHERE project_id = $1
            UNION SELECT split_part(source_location, ':', 2) FROM sessions WHERE project_id = $1 AND source_location LIKE 'upload:%'
            """;
        var used = new HashSet<string>();
        await using var command = Sql.Command(dataSource, sql, projectId);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            used.Add(reader.GetString(0));
        }

        return stored.FindAll(blob => !used.Contains(blob.Sha256));
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Stale points of project {ProjectId} stay in the store for now: {Reason}")]
    private partial void LogKept(long projectId, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Files of project {ProjectId} that nothing needs any more stay for now: {Reason}")]
    private partial void LogFilesKept(long projectId, string reason);
}
