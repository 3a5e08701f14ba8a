using Npgsql;
using RagPy.Core;
using RagPy.Core.Embedding;
using RagPy.Core.Indexing;

namespace RagPy.Tests.Indexing;

/// <summary>Rows and points that tests of stores begin with.</summary>
internal static class IndexSeeds
{
    public static async Task<long> AddProjectAsync(NpgsqlDataSource database, string? name = null)
    {
        await using var command = database.CreateCommand(
            """
            WITH person AS (INSERT INTO people (name, created_at) VALUES ('owner', now()) RETURNING id)
            INSERT INTO projects (name, description, owner_id, embedder, dimension, store, index_version, created_at)
            SELECT $1, '', id, 'test', 8, 'embedded', 0, now() FROM person RETURNING id
            """
        );
        command.Parameters.Add(new() { Value = name ?? Guid.NewGuid().ToString() });
        return (long)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>Makes a generation current, as the pipeline's one statement does; null takes the document out of the index.</summary>
    public static async Task SwitchAsync(NpgsqlDataSource database, long projectId, Guid documentId, Guid? generation)
    {
        await using var batch = database.CreateBatch();
        Add(
            """
            INSERT INTO items (id, project_id, source_key, zotero_key, library, type, title, abstract, creators, author_keys, date, years, url, doi,
                               language, publication_title, tags, collections)
            VALUES ($1, $2, $1::text, '', '', '', '', '', '[]', '{}', '', '{}', '', '', '', '', '{}', '{}') ON CONFLICT DO NOTHING
            """,
            documentId,
            projectId
        );
        Add(
            """
            INSERT INTO documents (id, project_id, item_id, kind, source_key, file_name, source_path, attachment_title, content_type, file_length,
                                   state, stage, page_count, needs_ocr_pages, chunk_count, language, created_at, updated_at, generation)
            VALUES ($1, $2, $1, 1, $1::text, '', '', '', '', 0, 2, 4, 0, 0, 0, '', now(), now(), $3)
            ON CONFLICT (id) DO UPDATE SET generation = $3
            """,
            documentId,
            projectId,
            (object?)generation ?? DBNull.Value
        );
        Add("UPDATE projects SET index_version = index_version + 1 WHERE id = $1", projectId);
        await batch.ExecuteNonQueryAsync();

        void Add(string sql, params object[] values)
        {
            var command = batch.CreateBatchCommand();
            command.CommandText = sql;
            foreach (var value in values)
            {
                command.Parameters.Add(
                    value is DBNull
                        ? new NpgsqlParameter { Value = value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Uuid }
                        : new() { Value = value }
                );
            }

            batch.BatchCommands.Add(command);
        }
    }

    /// <summary>Writes the chunks that points are rebuilt from.</summary>
    public static async Task AddChunksAsync(NpgsqlDataSource database, long projectId, IEnumerable<IndexPoint> points)
    {
        await using var batch = database.CreateBatch();
        foreach (var point in points)
        {
            var command = batch.CreateBatchCommand();
            command.CommandText = """
                INSERT INTO chunks (document_id, generation, ordinal, id, project_id, text, spans, heading_path, token_count, is_references, dense, sparse)
                VALUES ($1, $2, $3, $4, $5, 'text', '{}', '{}', 1, false, $6, $7)
                """;
            object[] values =
            [
                point.DocumentId,
                point.Generation,
                point.Ordinal,
                point.Id,
                projectId,
                DenseVectorCodec.Encode(point.Dense.Span),
                SparseVectorCodec.Encode(point.Sparse),
            ];
            foreach (var value in values)
            {
                command.Parameters.Add(new NpgsqlParameter { Value = value });
            }

            batch.BatchCommands.Add(command);
        }

        if (batch.BatchCommands.Count > 0)
        {
            await batch.ExecuteNonQueryAsync();
        }
    }

    /// <summary>Points of one generation with vectors from a seeded generator, coarse enough that scores tie now and then.</summary>
    public static List<IndexPoint> Points(int seed, Guid documentId, Guid generation, int count, int dimension = 24)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(i => Point(random, documentId, generation, i, dimension))];
    }

    public static float[] Vector(Random random, int dimension)
    {
        var vector = Enumerable.Range(0, dimension).Select(_ => (float)random.Next(-3, 4)).ToArray();
        vector[random.Next(dimension)] += 1.5f;
        var norm = MathF.Sqrt(vector.Sum(x => x * x));
        return [.. vector.Select(x => x / norm)];
    }

    public static SparseVector Sparse(Random random, int vocabulary, int words)
    {
        var counts = Enumerable
            .Range(0, words)
            .Select(_ => 1 + (uint)Math.Min(random.Next(vocabulary), random.Next(vocabulary)) * 7_919)
            .CountBy(t => t)
            .OrderBy(p => p.Key)
            .ToList();
        return new SparseVector([.. counts.Select(p => p.Key)], [.. counts.Select(p => p.Value)], words);
    }

    private static IndexPoint Point(Random random, Guid documentId, Guid generation, int ordinal, int dimension) =>
        new(
            Uuid5.ForPoint(documentId, generation, ordinal),
            documentId,
            generation,
            ordinal,
            Vector(random, dimension),
            Sparse(random, 60, random.Next(0, 40))
        );
}
