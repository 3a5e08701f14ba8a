using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using RagPy.Core;
using RagPy.Core.Embedding;
using RagPy.Core.Indexing;

namespace RagPy.Bench;

/// <summary>
/// The embedded store over random points: clustered unit vectors, and 300 terms a chunk of a Zipf vocabulary. Cold is the first search of a new
/// store over existing files; then twenty searches at a time, each the dense and the sparse side.
/// </summary>
internal static class SearchBench
{
    private const int PointsPerDocument = 20;
    private const int TermsPerPoint = 300;
    private const int Vocabulary = 100_000;
    private const int AtOnce = 20;
    private const int Rounds = 15;

    public static async Task RunAsync(string[] args, CancellationToken cancellationToken)
    {
        var points = int.Parse(args[0], CultureInfo.InvariantCulture);
        var dimension = int.Parse(args[1], CultureInfo.InvariantCulture);
        var folder = Directory.CreateTempSubdirectory("ragpy-bench-").FullName;
        await using var database = await BenchDatabase.CreateAsync(cancellationToken);
        var project = await AddProjectAsync(database.DataSource, cancellationToken);
        var random = new Random(7);
        var centres = Enumerable.Range(0, 200).Select(_ => Vector(random, dimension, null)).ToArray();

        await PublishAsync(database.DataSource, project, points, cancellationToken);
        var watch = Stopwatch.StartNew();
        using (var writer = Create(database.DataSource, folder))
        {
            for (var first = 0; first < points; first += 4_000)
            {
                await writer.WriteAsync(project, Batch(random, centres, first, Math.Min(4_000, points - first)), cancellationToken);
            }
        }

        Console.WriteLine($"{points} points × {dimension}; written and merged in {watch.Elapsed.TotalSeconds:F1} s, ");
        var files = Directory.GetFiles(folder, "*.seg", SearchOption.AllDirectories);
        Console.WriteLine($"{files.Length} segments, {files.Sum(f => new FileInfo(f).Length) / 1e6:F0} MB.");
        using var store = Create(database.DataSource, folder);
        watch.Restart();
        await store.QueryAsync(Query(random, centres, project), cancellationToken);
        Console.WriteLine($"Cold first search: {watch.Elapsed.TotalMilliseconds:F0} ms.");

        // A served process is warm: methods compiled, pages cached.
        for (var i = 0; i < 3; i++)
        {
            await Task.WhenAll(
                Enumerable.Range(0, AtOnce).Select(_ => store.QueryAsync(Query(random, centres, project), cancellationToken))
            );
        }

        Console.WriteLine("| sides | at once | p50 ms | p95 ms | searches/s | CPU ms a search |");
        Console.WriteLine("|---|---|---|---|---|---|");
        foreach (var sides in (string[])["both", "dense", "sparse"])
        {
            await MeasureAsync(store, () => Only(Query(random, centres, project), sides), sides, 1, cancellationToken);
            await MeasureAsync(store, () => Only(Query(random, centres, project), sides), sides, AtOnce, cancellationToken);
        }

        Directory.Delete(folder, recursive: true);
    }

    private static async Task MeasureAsync(
        EmbeddedVectorStore store,
        Func<StoreQuery> create,
        string sides,
        int atOnce,
        CancellationToken cancellationToken
    )
    {
        var times = new List<double>();
        var watch = Stopwatch.StartNew();
        var cpu = Environment.CpuUsage.TotalTime;
        for (var round = 0; round < Rounds; round++)
        {
            var queries = Enumerable.Range(0, atOnce).Select(_ => create()).ToList();
            times.AddRange(
                await Task.WhenAll(
                    queries.Select(async query =>
                    {
                        var one = Stopwatch.StartNew();
                        await store.QueryAsync(query, cancellationToken);
                        return one.Elapsed.TotalMilliseconds;
                    })
                )
            );
        }

        times.Sort();
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"| {sides} | {atOnce} | {times[times.Count / 2]:F1} | {times[times.Count * 95 / 100]:F1} | {times.Count / watch.Elapsed.TotalSeconds:F0} | {(Environment.CpuUsage.TotalTime - cpu).TotalMilliseconds / times.Count:F2} |"
            )
        );
    }

    private static StoreQuery Only(StoreQuery query, string sides) =>
        sides switch
        {
            "dense" => query with { Sparse = null },
            "sparse" => query with { Dense = null },
            _ => query,
        };

    private static StoreQuery Query(Random random, float[][] centres, long project)
    {
        // Not the thirty commonest: stop lists leave those out.
        var terms = Enumerable.Range(0, 10).Select(_ => Term(random, 0.3)).Distinct().Order().ToArray();
        return new StoreQuery(
            project,
            Vector(random, centres[0].Length, centres[random.Next(centres.Length)]),
            new SparseVector(terms, [.. terms.Select(_ => 1)], terms.Length),
            100,
            null
        );
    }

    private static List<IndexPoint> Batch(Random random, float[][] centres, int first, int count) =>
        [
            .. Enumerable
                .Range(first, count)
                .Select(i =>
                {
                    var document = DocumentOf(i / PointsPerDocument);
                    var counts = Enumerable.Range(0, TermsPerPoint).Select(_ => Term(random)).CountBy(t => t).OrderBy(p => p.Key).ToList();
                    return new IndexPoint(
                        Uuid5.ForPoint(document, document, i % PointsPerDocument),
                        document,
                        document,
                        i % PointsPerDocument,
                        Vector(random, centres[0].Length, centres[random.Next(centres.Length)]),
                        new SparseVector([.. counts.Select(p => p.Key)], [.. counts.Select(p => p.Value)], TermsPerPoint)
                    );
                }),
        ];

    /// <summary>Zipf by an exponential of a uniform rank.</summary>
    private static uint Term(Random random, double least = 0) =>
        2_654_435_761u * (uint)Math.Pow(Vocabulary, least + (random.NextDouble() * (1 - least)));

    internal static float[] Vector(Random random, int dimension, float[]? centre)
    {
        var vector = new float[dimension];
        var square = 0.0;
        for (var i = 0; i < dimension; i++)
        {
            var noise = random.NextSingle() + random.NextSingle() + random.NextSingle() - 1.5f;
            vector[i] = noise + (centre is null ? 0 : centre[i] * MathF.Sqrt(dimension) * 0.7f);
            square += vector[i] * vector[i];
        }

        var norm = (float)Math.Sqrt(square);
        return Array.ConvertAll(vector, x => x / norm);
    }

    private static Guid DocumentOf(int number) => Uuid5.Create(Uuid5.RagPyNamespace, number.ToString(CultureInfo.InvariantCulture));

    private static EmbeddedVectorStore Create(NpgsqlDataSource dataSource, string folder) =>
        new(dataSource, new EmbeddedStoreOptions { Folder = folder }, TimeProvider.System, NullLogger<EmbeddedVectorStore>.Instance);

    private static async Task<long> AddProjectAsync(NpgsqlDataSource dataSource, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(
            """
            WITH person AS (INSERT INTO people (name, created_at) VALUES ('bench', now()) RETURNING id)
            INSERT INTO projects (name, description, owner_id, embedder, dimension, store, index_version, created_at)
            SELECT 'bench', '', id, 'bench', 1, 'embedded', 0, now() FROM person RETURNING id
            """
        );
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private static async Task PublishAsync(NpgsqlDataSource dataSource, long project, int points, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(
            """
            WITH added AS (
                INSERT INTO items (id, project_id, source_key, zotero_key, library, type, title, abstract, creators, author_keys, date, years, url,
                                   doi, language, publication_title, tags, collections)
                SELECT id, $1, id::text, '', '', '', '', '', '[]', '{}', '', '{}', '', '', '', '', '{}', '{}' FROM unnest($2) id
                RETURNING id),
            documents AS (
                INSERT INTO documents (id, project_id, item_id, kind, source_key, file_name, source_path, attachment_title, content_type, file_length,
                                       state, stage, generation, page_count, needs_ocr_pages, chunk_count, language, created_at, updated_at)
                SELECT id, $1, id, 2, id::text, '', '', '', '', 0, 2, 4, id, 0, 0, 0, '', now(), now() FROM added)
            UPDATE projects SET index_version = index_version + 1 WHERE id = $1
            """
        );
        command.Parameters.Add(new() { Value = project });
        command.Parameters.Add(
            new() { Value = Enumerable.Range(0, (points + PointsPerDocument - 1) / PointsPerDocument).Select(DocumentOf).ToArray() }
        );
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
