using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Npgsql;
using RagPy.Core;
using RagPy.Core.Pipeline;
using RagPy.Core.Projects;
using RagPy.Core.Settings;
using RagPy.Core.Storage;

namespace RagPy.Bench;

/// <summary>
/// The whole worker — Hangfire server, relay, pumps, leases, progress — on work items that take no time: items a second, claimed and committed by batches
/// as in the cheap stages, and one at a time as in extraction. Then the same worker with nothing to do: transactions and CPU.
/// </summary>
internal static class PumpBench
{
    private static readonly TimeSpan s_settle = TimeSpan.FromSeconds(15);

    public static async Task RunAsync(string[] args, CancellationToken cancellationToken)
    {
        var items = int.Parse(args[0], CultureInfo.InvariantCulture);
        var idle = TimeSpan.FromSeconds(int.Parse(args[1], CultureInfo.InvariantCulture));
        using var telemetry = args is [_, _, "traced"] ? new AllTelemetry() : null;
        var data = Directory.CreateTempSubdirectory("ragpy-bench-").FullName;
        await using var database = await BenchDatabase.CreateAsync(cancellationToken);
        await using var services = Build(database.ConnectionString, data);
        await services.GetRequiredService<DatabaseMigrator>().MigrateAsync(cancellationToken);
        var worker = services.GetRequiredService<PipelineWorker>();
        await worker.StartAsync(cancellationToken);

        Console.WriteLine("| items | claimed at a time | seconds | items/s | CPU ms an item, worker | PostgreSQL |");
        Console.WriteLine("|---|---|---|---|---|---|");
        var batch = services.GetRequiredService<PipelineOptions>().BatchSize;
        for (var round = 0; round < 4; round++)
        {
            await MeasureAsync(services, database, Stage.Chunk, items, batch, cancellationToken);
        }

        for (var round = 0; round < 2; round++)
        {
            await MeasureAsync(services, database, Stage.Extract, items / 10, 1, cancellationToken);
        }

        if (telemetry is not null)
        {
            Print($"{telemetry.Spans} spans");
        }

        await Task.Delay(s_settle, cancellationToken);
        await MeasureIdleAsync(database, idle, cancellationToken);
        await worker.StopAsync(CancellationToken.None);
        Directory.Delete(data, recursive: true);
    }

    private static ServiceProvider Build(string connectionString, string data)
    {
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Warning));
        services.AddRagPyCore(RagPySettings.Load(), connectionString, data);
        services.RemoveAll<IStageHandler>();
        services.AddSingleton<ShortWork>();
        foreach (var stage in Enum.GetValues<Stage>())
        {
            services.AddSingleton<IStageHandler>(provider => new ShortStage(
                stage,
                stage is Stage.Read or Stage.Extract ? 1 : provider.GetRequiredService<PipelineOptions>().BatchSize,
                provider.GetRequiredService<NpgsqlDataSource>(),
                provider.GetRequiredService<WorkItemStore>(),
                provider.GetRequiredService<ShortWork>()
            ));
        }

        return services.BuildServiceProvider();
    }

    private static async Task MeasureAsync(
        ServiceProvider services,
        BenchDatabase database,
        Stage stage,
        int items,
        int batch,
        CancellationToken cancellationToken
    )
    {
        var projects = services.GetRequiredService<ProjectService>();
        var person = (await projects.EnsureLocalOwnerAsync(cancellationToken)).Id;
        var project = (await projects.GetOrCreateAsync(person, "bench", cancellationToken)).Id;
        var work = services.GetRequiredService<ShortWork>();
        work.Expect(items);
        await AddAsync(database.DataSource, project, person, stage, items, cancellationToken);
        var (postgres, cpu) = (await PostgresCpuAsync(database.DataSource, cancellationToken), Environment.CpuUsage.TotalTime);
        var watch = Stopwatch.StartNew();
        await using (var notify = database.DataSource.CreateCommand($"SELECT pg_notify('{Channels.Work}', '{Queues.Of(stage)}')"))
        {
            await notify.ExecuteNonQueryAsync(cancellationToken);
        }

        await work.Done.WaitAsync(cancellationToken);
        watch.Stop();
        cpu = Environment.CpuUsage.TotalTime - cpu;
        postgres = await PostgresCpuAsync(database.DataSource, cancellationToken) - postgres;
        Print(
            $"| {items} | {batch} | {watch.Elapsed.TotalSeconds:F2} | {items / watch.Elapsed.TotalSeconds:F0} | {cpu.TotalMilliseconds / items:F3} | {postgres.TotalMilliseconds / items:F3} |"
        );
    }

    private static async Task MeasureIdleAsync(BenchDatabase database, TimeSpan length, CancellationToken cancellationToken)
    {
        var transactions = await TransactionsAsync(database.DataSource, cancellationToken);
        var (postgres, cpu) = (await PostgresCpuAsync(database.DataSource, cancellationToken), Environment.CpuUsage.TotalTime);
        var watch = Stopwatch.StartNew();
        await Task.Delay(length, cancellationToken);
        cpu = Environment.CpuUsage.TotalTime - cpu;
        postgres = await PostgresCpuAsync(database.DataSource, cancellationToken) - postgres;
        var seconds = watch.Elapsed.TotalSeconds;
        transactions = await TransactionsAsync(database.DataSource, cancellationToken) - transactions;
        Console.WriteLine();
        Print(
            $"Idle for {seconds:F0} s: {transactions / seconds:F1} transactions/s (pg_stat_database), CPU {100 * cpu.TotalSeconds / seconds:F2} % of a core in the worker, {100 * postgres.TotalSeconds / seconds:F2} % in PostgreSQL."
        );
    }

    private static async Task AddAsync(
        NpgsqlDataSource dataSource,
        long project,
        long person,
        Stage stage,
        int items,
        CancellationToken cancellationToken
    )
    {
        const string sql = """
            WITH session AS (
                INSERT INTO sessions (project_id, name, source_kind, source_location, settings, created_by, created_at, updated_at, cleaned_up)
                VALUES ($1, 's', '', gen_random_uuid()::text, '{}', $2, now(), now(), false) RETURNING id
            ), task AS (
                INSERT INTO tasks (project_id, session_id, person_id, state, last_stage, priority, documents, documents_done, documents_failed, pages_done,
                                   added, changed, unchanged, removed, retry_failed, source_read, created_at, trace_parent)
                SELECT $1, id, $2, 2, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, false, true, now(),
                       '00-' || md5(random()::text) || '-00f067aa0ba902b7-01' FROM session RETURNING id, session_id
            )
            INSERT INTO work_items (task_id, project_id, session_id, person_id, stage, state, priority, attempts, failures, fence, not_before, created_at,
                                    updated_at)
            SELECT task.id, $1, task.session_id, $2, $3, 1, 0, 0, 0, 0, now(), now(), now() FROM task, generate_series(1, $4)
            """;
        await using var command = dataSource.CreateCommand(sql);
        foreach (var value in (object[])[project, person, (int)stage, items])
        {
            command.Parameters.Add(new() { Value = value });
        }

        await command.ExecuteNonQueryAsync(cancellationToken);
        // Statistics are what a table that grew by itself would have.
        await using var analyze = dataSource.CreateCommand("ANALYZE work_items");
        await analyze.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<long> TransactionsAsync(NpgsqlDataSource dataSource, CancellationToken cancellationToken)
    {
        // Backends hand their counts over at most once a second, idle ones after a while.
        await Task.Delay(TimeSpan.FromSeconds(2), cancellationToken);
        const string sql = "SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = current_database()";
        await using var command = dataSource.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>CPU time of the server's processes, ended ones included; zero when it runs on another machine.</summary>
    private static async Task<TimeSpan> PostgresCpuAsync(NpgsqlDataSource dataSource, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("SELECT pg_backend_pid()");
        var backend = (int)(await command.ExecuteScalarAsync(cancellationToken))!;
        if (ProcessTimes.Read(backend) is not { } own)
        {
            return TimeSpan.Zero;
        }

        var total = ProcessTimes.Read(own.Parent)?.WithChildren ?? TimeSpan.Zero;
        foreach (var folder in Directory.GetDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), out var id) && ProcessTimes.Read(id) is { } times && times.Parent == own.Parent)
            {
                total += times.WithChildren;
            }
        }

        return total;
    }

    private static void Print(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
