using System.Globalization;

namespace RagPy.Core.Indexing.Remote;

/// <summary>Statements on the table of one project's points in a database with pgvector.</summary>
/// <param name="table">Qualified and quoted.</param>
internal sealed class PgVectorSql(string table)
{
    private const string Schema = "ragpy_points";

    /// <summary>Version of the extension in the database and of the one that the server has; no row where it has none.</summary>
    public const string Extension = "SELECT installed_version, default_version FROM pg_available_extensions WHERE name = 'vector'";

    public const string CreateExtension = "CREATE EXTENSION IF NOT EXISTS vector";

    /// <summary>The statements on the table of a store name.</summary>
    public static PgVectorSql Of(string name) => new($"{Schema}.{Quote(name)}");

    /// <summary>What there must be before the first point, each statement by itself. Vectors of any length stand in one column.</summary>
    public static IReadOnlyList<string> Create(string name) =>
        [
            $"CREATE SCHEMA IF NOT EXISTS {Schema}",
            $"""
                CREATE TABLE IF NOT EXISTS {Schema}.{Quote(name)} (
                    id uuid PRIMARY KEY, document uuid NOT NULL, generation uuid NOT NULL, ordinal int NOT NULL,
                    length int NOT NULL, terms bigint[] NOT NULL, counts int[] NOT NULL, dense vector)
                """,
            $"CREATE INDEX IF NOT EXISTS {Quote($"{name}-document")} ON {Schema}.{Quote(name)} (document, generation)",
            $"CREATE INDEX IF NOT EXISTS {Quote($"{name}-terms")} ON {Schema}.{Quote(name)} USING gin (terms)",
        ];

    public string Drop => $"DROP TABLE IF EXISTS {table}";

    public string Write =>
        $"""
            INSERT INTO {table} (id, document, generation, ordinal, length, terms, counts, dense)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8::real[]::vector)
            ON CONFLICT (id) DO UPDATE SET length = excluded.length, terms = excluded.terms, counts = excluded.counts, dense = excluded.dense
            """;

    public string Count => $"SELECT count(*)::int FROM {table} WHERE document = $1 AND generation = $2";

    public string RemoveStale => $"DELETE FROM {table} WHERE document = ANY($1) AND NOT (generation = ANY($2))";

    /// <summary>Best points by inner product: every vector of the right length is looked at.</summary>
    public string Dense =>
        $"""
            SELECT document, generation, ordinal, (-(dense <#> $1::real[]::vector))::real
            FROM {table} WHERE vector_dims(dense) = $2 AND ($3::uuid[] IS NULL OR document = ANY($3))
            ORDER BY dense <#> $1::real[]::vector LIMIT $4
            """;

    /// <summary>Best points by BM25, with the statistics of all points that there are now; only what is ranked is narrowed to documents.</summary>
    public string Sparse =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"""
            WITH total AS MATERIALIZED (SELECT count(*)::float8 AS points, greatest(1, avg(length))::float8 AS average FROM {table}),
            hit AS MATERIALIZED (
                SELECT p.id, p.document, p.length::float8 AS length, q.term, q.weight::float8 AS weight,
                       p.counts[array_position(p.terms, q.term)]::float8 AS frequency
                FROM {table} p CROSS JOIN unnest($1::bigint[], $2::int[]) AS q(term, weight)
                WHERE p.terms && $1::bigint[] AND p.terms @> ARRAY[q.term]),
            idf AS MATERIALIZED (
                SELECT term, ln(1 + (points - count(*)::float8 + 0.5) / (count(*)::float8 + 0.5)) AS idf
                FROM hit CROSS JOIN total GROUP BY term, points),
            best AS (
                SELECT id, sum(weight * idf * frequency * ({Bm25Weights.K1} + 1) / (frequency + {Bm25Weights.K1} * (1 - {Bm25Weights.B} + {Bm25Weights.B} * length / average))) AS score
                FROM hit JOIN idf USING (term) CROSS JOIN total
                WHERE $3::uuid[] IS NULL OR document = ANY($3)
                GROUP BY id ORDER BY score DESC LIMIT $4)
            SELECT p.document, p.generation, p.ordinal, b.score::real
            FROM best b JOIN {table} p USING (id) ORDER BY b.score DESC
            """
        );

    public string Names => $"SELECT id, document, generation, ordinal FROM {table} WHERE $1::uuid IS NULL OR id > $1 ORDER BY id LIMIT $2";

    public string Points =>
        $"""
            SELECT id, document, generation, ordinal, length, terms, counts, dense::real[]
            FROM {table} WHERE $1::uuid IS NULL OR id > $1 ORDER BY id LIMIT $2
            """;

    private static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
