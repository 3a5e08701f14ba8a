using Npgsql;
using RagPy.Core.Indexing;
using RagPy.Core.Pipeline;

namespace RagPy.Core.Storage;

/// <summary>Compares rows, files and points of a project. Changes nothing; meant for a project on which no task runs, others may show work in hand.</summary>
public sealed class AuditService(NpgsqlDataSource dataSource, IVectorStore store, IBlobStore blobs)
{
    private const string CountsSql = """
        SELECT (SELECT count(*)::int FROM chunks c WHERE c.project_id = $1 AND NOT EXISTS (
                    SELECT FROM documents d WHERE d.id = c.document_id AND (d.generation = c.generation OR EXISTS (
                        SELECT FROM work_items w WHERE w.document_id = d.id AND w.state IN (1, 2) AND w.generation = c.generation)))),
               (SELECT count(*)::int FROM extractions x WHERE x.project_id = $1 AND NOT EXISTS (
                    SELECT FROM documents d WHERE d.project_id = $1 AND (d.file_hash = x.file_hash OR d.extraction_id = x.id))),
               (SELECT count(*)::int FROM items i WHERE i.project_id = $1 AND NOT EXISTS (SELECT FROM documents d WHERE d.item_id = i.id)),
               (SELECT count(*)::int FROM documents d WHERE d.project_id = $1 AND NOT EXISTS (
                    SELECT FROM session_documents s WHERE s.document_id = d.id)),
               (SELECT count(*)::int FROM documents d WHERE d.project_id = $1 AND d.state = 1 AND NOT EXISTS (
                    SELECT FROM work_items w WHERE w.document_id = d.id AND w.state IN (1, 2)))
        """;

    /// <summary>Looks at everything of one project, also at one that was deleted: then anything found is left over.</summary>
    public async Task<AuditReport> AuditAsync(long projectId, CancellationToken cancellationToken)
    {
        var (unnamed, missing) = await CompareBlobsAsync(projectId, cancellationToken);
        var (stray, lacking) = await ComparePointsAsync(projectId, cancellationToken);
        await using var command = Sql.Command(dataSource, CountsSql, projectId);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new AuditReport(
            unnamed,
            missing,
            stray,
            lacking,
            reader.GetInt32(0),
            reader.GetInt32(1),
            reader.GetInt32(2),
            reader.GetInt32(3),
            reader.GetInt32(4)
        );
    }

    private async Task<(List<string> Unnamed, List<Guid> Missing)> CompareBlobsAsync(long projectId, CancellationToken cancellationToken)
    {
        var stored = new HashSet<string>();
        await foreach (var blob in blobs.ListAsync(projectId, cancellationToken))
        {
            stored.Add(blob.Sha256);
        }

        const string sql = """
            SELECT id, file_hash FROM documents WHERE project_id = $1 AND file_hash IS NOT NULL
            UNION ALL SELECT NULL, file_hash FROM extractions WHERE project_id = $1
            UNION ALL SELECT NULL, split_part(source_location, ':', 2) FROM sessions WHERE project_id = $1 AND source_location LIKE 'upload:%'
            """;
        var missing = new List<Guid>();
        var named = new HashSet<string>();
        await using var command = Sql.Command(dataSource, sql, projectId);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var hash = reader.GetString(1);
            named.Add(hash);
            if (!reader.IsDBNull(0) && !stored.Contains(hash))
            {
                missing.Add(reader.GetGuid(0));
            }
        }

        return ([.. stored.Except(named).Order()], missing);
    }

    private async Task<(List<Guid> Stray, List<Guid> Lacking)> ComparePointsAsync(long projectId, CancellationToken cancellationToken)
    {
        var current = new Dictionary<Guid, (Guid Generation, int Chunks)>();
        var takesAll = await store.TakesPointsWithoutVectorAsync(projectId, cancellationToken);
        const string sql = """
            SELECT id, generation, chunk_count - CASE WHEN $2 THEN 0 ELSE chunks_without_vector END
            FROM documents WHERE project_id = $1 AND generation IS NOT NULL
            """;
        await using (var command = Sql.Command(dataSource, sql, projectId, takesAll))
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                current[reader.GetGuid(0)] = (reader.GetGuid(1), reader.GetInt32(2));
            }
        }

        var stray = new HashSet<Guid>();
        var found = new Dictionary<Guid, HashSet<Guid>>();
        await foreach (var point in store.ListAsync(projectId, cancellationToken))
        {
            if (current.GetValueOrDefault(point.DocumentId).Generation != point.Generation)
            {
                stray.Add(point.Id);
            }
            else if (!found.TryAdd(point.DocumentId, [point.Id]) && !found[point.DocumentId].Add(point.Id))
            {
                stray.Add(point.Id);
            }
        }

        var lacking = current.Where(d => (found.GetValueOrDefault(d.Key)?.Count ?? 0) != d.Value.Chunks).Select(d => d.Key).ToList();
        return ([.. stray], lacking);
    }
}
