using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Npgsql;
using RagPy.Core;
using RagPy.Core.CleanUp;
using RagPy.Core.Pipeline;
using RagPy.Core.Projects;
using RagPy.Core.Settings;
using RagPy.Core.Storage;

namespace RagPy.Bench;

/// <summary>The embed stage of a whole worker against a provider in another process: how near it comes to what the provider could give.</summary>
internal static class ProviderBench
{
    private const string Embedder = "openai/text-embedding-3-large";
    private const int Dimension = 3072;
    private const int ChunksOfDocument = 32;

    public static async Task RunAsync(string[] args, CancellationToken cancellationToken)
    {
        var seconds = int.Parse(args[0], CultureInfo.InvariantCulture);
        Console.WriteLine(
            "| provider | calls at once | texts | seconds | embeddings/s | of what is possible | calls | 429 | 5xx | bought twice | lost | worker CPU ms a text | ms until the first call | ms a call | places in use |"
        );
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|");
        await MeasureAsync("200 ms, a worker just started", calls: 4, ["200", "0", "0", "0"], 640, seconds, cancellationToken);
        await MeasureAsync("200 ms", calls: 4, ["200", "0", "0", "0"], 640, seconds, cancellationToken);
        await MeasureAsync("200 ms, 5 % 500, 5 % 429 for 1 s", calls: 4, ["200", "0.05", "0.05", "0"], 640, seconds, cancellationToken);
        await MeasureAsync("50 ms, 10 requests/s allowed", calls: 16, ["50", "0", "0", "10"], 320, 2 * seconds, cancellationToken);
    }

    private static async Task MeasureAsync(
        string name,
        int calls,
        string[] provider,
        double possible,
        int seconds,
        CancellationToken cancellationToken
    )
    {
        var documents = (int)(possible * seconds / ChunksOfDocument);
        var (process, address) = await ProviderSimulator.StartAsync(provider);
        var data = Directory.CreateTempSubdirectory("ragpy-bench-").FullName;
        await using var database = await BenchDatabase.CreateAsync(cancellationToken);
        var settings = RagPySettings.Load() with
        {
            DefaultEmbedder = Embedder,
            OpenAIApiKey = "sk-simulated",
            OpenAIBaseUrl = $"{address}v1",
            EmbeddingCalls = calls,
        };
        await using var services = Build(settings, database.ConnectionString, data);
        await services.GetRequiredService<DatabaseMigrator>().MigrateAsync(cancellationToken);
        await SeedAsync(services, documents, cancellationToken);
        using var times = new CallTimes();
        var worker = services.GetRequiredService<PipelineWorker>();
        await worker.StartAsync(cancellationToken);

        var begun = DateTime.UtcNow;
        var (elapsed, cpu) = await RunAsync(services, database.DataSource, documents, cancellationToken);
        var (first, used, median) = times.Take(begun, calls);
        var numbers = await ProviderSimulator.ReadAsync(process);
        var texts = documents * ChunksOfDocument;
        var rate = texts / elapsed.TotalSeconds;
        var lost = await CountAsync(database.DataSource, "SELECT count(*) FROM chunks WHERE dense IS NULL", cancellationToken);
        Print(
            $"| {name} | {calls} | {texts} | {elapsed.TotalSeconds:F1} | {rate:F0} | {100 * rate / possible:F1} % of {possible:F0} | {numbers[0]} | {numbers[1]} ({100.0 * numbers[1] / numbers[0]:F1} %) | {numbers[2]} | {(numbers[4] > 1 ? numbers[4] : 0)} | {lost} | {cpu.TotalMilliseconds / texts:F2} | {first.TotalMilliseconds:F0} | {median.TotalMilliseconds:F0} | {100 * used:F1} % |"
        );

        await ReopenAsync(database.DataSource, cancellationToken);
        (elapsed, _) = await RunAsync(services, database.DataSource, documents, cancellationToken);
        var again = await ProviderSimulator.ReadAsync(process);
        Print($"| the same texts again | | {texts} | {elapsed.TotalSeconds:F1} | | | {again[0] - numbers[0]} | | | | | | | | |");

        await worker.StopAsync(CancellationToken.None);
        process.StandardInput.Close();
        await process.WaitForExitAsync(cancellationToken);
        Directory.Delete(data, recursive: true);
    }

    private static ServiceProvider Build(RagPySettings settings, string connectionString, string data)
    {
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Error));
        services.AddRagPyCore(settings, connectionString, data);
        services.RemoveAll<IStageHandler>();
        services.AddSingleton<ShortWork>();
        services.AddSingleton<IStageHandler, EmbedStage>();
        foreach (var stage in Enum.GetValues<Stage>().Where(s => s != Stage.Embed))
        {
            services.AddSingleton<IStageHandler>(provider => new ShortStage(
                stage,
                stage is Stage.Read or Stage.Extract ? 1 : 25,
                provider.GetRequiredService<NpgsqlDataSource>(),
                provider.GetRequiredService<WorkItemStore>(),
                provider.GetRequiredService<ShortWork>()
            ));
        }

        return services.BuildServiceProvider();
    }

    private static ChunkInput InputOf(Guid id, string hash) =>
        new(
            null!,
            id,
            DocumentKind.Abstract,
            hash,
            File: null,
            "",
            "",
            "Title",
            "",
            "en",
            Embedder,
            Dimension,
            CleanUpRules.None,
            [],
            null
        );

    private static async Task SeedAsync(ServiceProvider services, int documents, CancellationToken cancellationToken)
    {
        var projects = services.GetRequiredService<ProjectService>();
        var versions = services.GetRequiredService<DocumentVersions>();
        var person = (await projects.EnsureLocalOwnerAsync(cancellationToken)).Id;
        var project = (await projects.GetOrCreateAsync(person, "bench", cancellationToken)).Id;
        var ids = Enumerable.Range(0, documents).Select(_ => Guid.NewGuid()).ToArray();
        var hash = DocumentVersions.HashOf("abstract");
        var generations = ids.Select(id => versions.Generation(InputOf(id, hash))).ToArray();
        const string sql = """
            WITH session AS (
                INSERT INTO sessions (project_id, name, source_kind, source_location, settings, created_by, created_at, updated_at, cleaned_up)
                VALUES ($1, 's', '', gen_random_uuid()::text, '{}', $2, now(), now(), false) RETURNING id
            ), task AS (
                INSERT INTO tasks (project_id, session_id, person_id, state, last_stage, priority, documents, documents_done, documents_failed, pages_done,
                                   added, changed, unchanged, removed, retry_failed, source_read, created_at)
                SELECT $1, id, $2, 2, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, false, true, now() FROM session RETURNING id, session_id
            ), given AS (SELECT * FROM unnest($3::uuid[], $4::uuid[]) AS g(id, generation)), items AS (
                INSERT INTO items (id, project_id, source_key, zotero_key, library, type, title, abstract, creators, author_keys, date, years, url, doi,
                                   language, publication_title, tags, collections)
                SELECT id, $1, id::text, '', '', '', 'Title', 'abstract', '[]', '{}', '', '{}', '', '', '', '', '{}', '{}' FROM given
            ), documents AS (
                INSERT INTO documents (id, project_id, item_id, kind, source_key, file_name, source_path, attachment_title, content_type, file_length, state,
                                       stage, page_count, needs_ocr_pages, chunk_count, language, created_at, updated_at)
                SELECT id, $1, id, 2, id::text, '', '', '', '', 0, 1, 3, 0, 0, 0, 'en', now(), now() FROM given
            ), chunks AS (
                INSERT INTO chunks (document_id, generation, ordinal, id, project_id, text, spans, heading_path, token_count, is_references)
                SELECT id, generation, n, gen_random_uuid(), $1,
                       (SELECT string_agg(md5(id::text || n || w) || ' of the', ' ') FROM generate_series(1, 60) w), '{0,0,1}', '{}', 1000, false
                FROM given, generate_series(0, $5 - 1) n
            )
            INSERT INTO work_items (task_id, project_id, session_id, person_id, document_id, stage, state, priority, generation, attempts, failures, fence,
                                    not_before, created_at, updated_at)
            SELECT task.id, $1, task.session_id, $2, given.id, 3, 5, 0, given.generation, 0, 0, 0, now(), now(), now() FROM task, given
            """;
        await using var command = Sql.Command(
            services.GetRequiredService<NpgsqlDataSource>(),
            sql,
            project,
            person,
            ids,
            generations,
            ChunksOfDocument
        );
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<(TimeSpan Elapsed, TimeSpan Cpu)> RunAsync(
        ServiceProvider services,
        NpgsqlDataSource dataSource,
        int documents,
        CancellationToken cancellationToken
    )
    {
        var work = services.GetRequiredService<ShortWork>();
        work.Expect(documents);
        var cpu = Environment.CpuUsage.TotalTime;
        var watch = Stopwatch.StartNew();
        await CountAsync(
            dataSource,
            $"WITH opened AS (UPDATE work_items SET state = 1 RETURNING pg_notify('{Channels.Work}', '{Queues.Embeddings}')) SELECT count(*) FROM opened",
            cancellationToken
        );
        await work.Done.WaitAsync(cancellationToken);
        return (watch.Elapsed, Environment.CpuUsage.TotalTime - cpu);
    }

    private static Task<long> ReopenAsync(NpgsqlDataSource dataSource, CancellationToken cancellationToken) =>
        CountAsync(
            dataSource,
            """
            WITH emptied AS (UPDATE chunks SET dense = NULL, sparse = NULL RETURNING 1),
            opened AS (UPDATE work_items SET stage = 3, state = 5, updated_at = now() RETURNING 1)
            SELECT (SELECT count(*) FROM emptied) + (SELECT count(*) FROM opened)
            """,
            cancellationToken
        );

    private static async Task<long> CountAsync(NpgsqlDataSource dataSource, string sql, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(sql);
        command.CommandTimeout = 0;
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private static void Print(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
