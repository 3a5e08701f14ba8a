using Npgsql;
using RagPy.Core.Embedding;
using RagPy.Core.Pipeline;

namespace RagPy.Core.Estimates;

/// <summary>What a project already has of documents.</summary>
internal sealed class KnownDocuments(NpgsqlDataSource dataSource)
{
    private const string DocumentsSql = """
        SELECT d.id, d.file_length, d.state = 2 AND d.generation IS NOT NULL, x.page_count, coalesce(x.needs_ocr_pages, 0), x.options,
               coalesce(w.generation, d.generation), CASE WHEN w.generation IS NULL THEN d.embedder ELSE p.embedder END
        FROM documents d JOIN projects p ON p.id = d.project_id
        LEFT JOIN LATERAL (
            SELECT w.generation, w.extraction_id FROM work_items w WHERE w.document_id = d.id AND w.state IN (1, 2) LIMIT 1
        ) w ON true
        LEFT JOIN extractions x ON x.id = coalesce(w.extraction_id, d.extraction_id)
        WHERE d.id = ANY($1)
        """;

    private const string ChunksSql = """
        SELECT c.text, c.token_count, c.dense IS NOT NULL, i.title, c.clean_outcome IS NULL FROM chunks c JOIN documents d ON d.id = c.document_id JOIN items i ON i.id = d.item_id
        WHERE c.document_id = $1 AND c.generation = $2
        """;

    /// <summary>What is known of some documents; the others are missing.</summary>
    public async Task<Dictionary<Guid, KnownWork>> ReadAsync(Guid[] ids, CancellationToken cancellationToken)
    {
        await using var command = Sql.Command(dataSource, DocumentsSql, ids);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var known = new Dictionary<Guid, KnownWork>();
        while (await reader.ReadAsync(cancellationToken))
        {
            known[reader.GetGuid(0)] = new KnownWork(
                reader.GetInt64(1),
                reader.GetBoolean(2),
                reader.IsDBNull(3) ? null : reader.GetInt32(3),
                reader.GetInt32(4),
                reader.IsDBNull(5) ? null : reader.GetString(5),
                reader.IsDBNull(6) ? null : reader.GetGuid(6),
                reader.GetString(7)
            );
        }

        return known;
    }

    /// <summary>Passages of a document that was cut before.</summary>
    /// <param name="hasVectors">Vectors that stand with the passages are of the embedder asked for.</param>
    public async Task<KnownPassages> ReadPassagesAsync(
        long projectId,
        Guid documentId,
        Guid generation,
        bool hasVectors,
        EmbedderInfo embedder,
        Func<string, int> countTokens,
        CancellationToken cancellationToken
    )
    {
        var wanted = new List<(Guid Key, int Tokens)>();
        var (bought, raw, rawTokens) = (0, 0, 0L);
        await using (var command = Sql.Command(dataSource, ChunksSql, documentId, generation))
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            int? title = null;
            while (await reader.ReadAsync(cancellationToken))
            {
                if (reader.GetBoolean(4))
                {
                    raw++;
                    rawTokens += reader.GetInt32(1);
                }

                if (hasVectors && reader.GetBoolean(2))
                {
                    bought++;
                    continue;
                }

                title ??= countTokens(reader.GetString(3)) + 1;
                var text = ChunkEncoder.TextToEmbed(reader.GetString(3), reader.GetString(0));
                wanted.Add((EmbeddingWork.KeyOf(embedder.Id, embedder.Dimension, text), reader.GetInt32(1) + title.Value));
            }
        }

        var paid = await FindPaidAsync(projectId, [.. wanted.Select(w => w.Key)], cancellationToken);
        var left = wanted.FindAll(w => !paid.Contains(w.Key));

        return new KnownPassages(left.Count, left.Sum(w => (long)w.Tokens), bought + wanted.Count - left.Count, raw, rawTokens);
    }

    private async Task<HashSet<Guid>> FindPaidAsync(long projectId, Guid[] keys, CancellationToken cancellationToken)
    {
        const string sql = "SELECT key FROM provider_results WHERE project_id = $1 AND key = ANY($2)";
        await using var command = Sql.Command(dataSource, sql, projectId, keys);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var paid = new HashSet<Guid>();
        while (await reader.ReadAsync(cancellationToken))
        {
            paid.Add(reader.GetGuid(0));
        }

        return paid;
    }
}
