using Npgsql;
using RagPy.Core.Pipeline;

namespace RagPy.Core.Search;

/// <summary>
/// Which embedders made the vectors that search sees. It is one, except while a project's embedder is being changed: then each document is found by the embedder
/// of its current generation until its new one takes over.
/// </summary>
internal sealed class ProjectEmbedders(NpgsqlDataSource dataSource)
{
    /// <summary>The embedders in use, the one with most documents first.</summary>
    /// <exception cref="ProjectNotFoundException">There is no such project.</exception>
    public async Task<IReadOnlyList<EmbedderPart>> ReadAsync(long projectId, CancellationToken cancellationToken)
    {
        // Both ends of an index: equal when there is one embedder, without a look at the documents.
        const string sql = """
            SELECT p.embedder,
                   (SELECT min(d.embedder) FROM documents d WHERE d.project_id = p.id AND d.generation IS NOT NULL),
                   (SELECT max(d.embedder) FROM documents d WHERE d.project_id = p.id AND d.generation IS NOT NULL)
            FROM projects p WHERE p.id = $1 AND p.deleted_at IS NULL
            """;
        await using var command = Sql.Command(dataSource, sql, projectId);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        if (!await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            throw new ProjectNotFoundException(projectId);
        }

        var configured = reader.GetString(0);
        var first = reader.IsDBNull(1) ? "" : reader.GetString(1);
        var last = reader.IsDBNull(2) ? "" : reader.GetString(2);
        return first == last
            ? [new EmbedderPart(first.Length == 0 ? configured : first, new HashSet<Guid>())]
            : await ReadPartsAsync(projectId, cancellationToken).ConfigureAwait(false);
    }

    private async Task<IReadOnlyList<EmbedderPart>> ReadPartsAsync(long projectId, CancellationToken cancellationToken)
    {
        const string sql = """
            SELECT coalesce(nullif(d.embedder, ''), p.embedder) AS used, array_agg(d.id)
            FROM documents d JOIN projects p ON p.id = d.project_id WHERE d.project_id = $1 AND d.generation IS NOT NULL
            GROUP BY used ORDER BY count(*) DESC, used
            """;
        await using var command = Sql.Command(dataSource, sql, projectId);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var parts = new List<EmbedderPart>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            parts.Add(new EmbedderPart(reader.GetString(0), reader.GetFieldValue<Guid[]>(1).ToHashSet()));
        }

        return parts;
    }
}
