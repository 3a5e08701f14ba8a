using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RagPy.Core;
using RagPy.Core.Extraction;
using RagPy.Core.Pipeline;
using RagPy.Core.Projects;
using RagPy.Core.Settings;
using RagPy.Core.Storage;
using RagPy.Tests.Pipeline;
using RagPy.Tests.Simulators;

namespace RagPy.Bench;

/// <summary>A library of scans and of texts through the whole pipeline, with the tests' simulator of Mistral's OCR: how near recognition comes to what the provider could give, and what becomes of the texts meanwhile.</summary>
internal static class OcrBench
{
    private const int PagesOfScan = 6;
    private const int Calls = 3;
    private const int Texts = 200;

    private static readonly TimeSpan s_pageTime = TimeSpan.FromSeconds(2);

    public static async Task RunAsync(string[] args, CancellationToken cancellationToken)
    {
        var pages = int.Parse(args[0], CultureInfo.InvariantCulture);
        await using var simulator = new MistralOcrSimulator { PageTime = s_pageTime };
        await simulator.StartAsync();
        var data = Directory.CreateTempSubdirectory("ragpy-bench-").FullName;
        await using var database = await BenchDatabase.CreateAsync(cancellationToken);
        var settings = RagPySettings.Load() with
        {
            Recognition = "mistral",
            MistralApiKey = MistralOcrSimulator.Key,
            MistralApiBaseUrl = simulator.Address.ToString(),
            MistralConcurrentCalls = Calls,
        };
        await using var services = Build(settings, database.ConnectionString, data, CreateLibrary(pages / PagesOfScan));
        await services.GetRequiredService<DatabaseMigrator>().MigrateAsync(cancellationToken);
        var projects = services.GetRequiredService<ProjectService>();
        var person = (await projects.EnsureLocalOwnerAsync(cancellationToken)).Id;
        var project = (await projects.GetOrCreateAsync(person, "bench", cancellationToken)).Id;
        var worker = services.GetRequiredService<PipelineWorker>();
        await worker.StartAsync(cancellationToken);

        Console.WriteLine(
            "| run | pages | seconds | ideal | of the ideal | calls of OCR | most at once | pages bought twice | texts indexed after | worker CPU s |"
        );
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|");
        await MeasureAsync("first", services, simulator, (project, person), cancellationToken);
        await MeasureAsync("second", services, simulator, (project, person), cancellationToken);
        await worker.StopAsync(CancellationToken.None);
        Directory.Delete(data, recursive: true);
    }

    private static async Task MeasureAsync(
        string run,
        ServiceProvider services,
        MistralOcrSimulator simulator,
        (long Project, long Person) of,
        CancellationToken cancellationToken
    )
    {
        var before = simulator.Exchanges.Count(exchange => exchange.Path == "/v1/ocr");
        var bought = simulator.Billed.Count;
        var cpu = Environment.CpuUsage.TotalTime;
        var watch = Stopwatch.StartNew();
        var task = await services.GetRequiredService<TaskService>().StartAsync(of.Project, of.Person, "/library", null, cancellationToken);
        TimeSpan? texts = null;
        await foreach (var progress in services.GetRequiredService<TaskService>().WatchAsync(of.Person, task.Id, cancellationToken))
        {
            texts ??= progress.Done >= Texts ? watch.Elapsed : null;
        }

        var pages = simulator.Billed.Count - bought;
        var ideal = pages * s_pageTime.TotalSeconds / Calls;
        var seconds = watch.Elapsed.TotalSeconds;
        var calls = simulator.Exchanges.Count(exchange => exchange.Path == "/v1/ocr") - before;
        var twice = simulator.Billed.Values.Count(times => times > 1);
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"| {run} | {pages} | {seconds:F1} | {ideal:F1} | {(pages == 0 ? "–" : $"{100 * ideal / seconds:F1} %")} | {calls} | {simulator.MostAtOnce} | {twice} | {(texts is { } at && run == "first" ? $"{at.TotalSeconds:F1} s" : "–")} | {(Environment.CpuUsage.TotalTime - cpu).TotalSeconds:F1} |"
            )
        );
    }

    private static FakeLibrary CreateLibrary(int scans)
    {
        var library = new FakeLibrary();
        for (var i = 0; i < Math.Max(scans, Texts); i++)
        {
            if (i < scans)
            {
                var pages = Enumerable.Range(1, PagesOfScan).Select(page => $"SCAN leaf {page} of scan {i}");
                library.Add($"S{i:0000}", $"Scan {i}").With("scan.pdf", string.Join('\f', pages));
            }

            if (i < Texts)
            {
                library.Add($"T{i:0000}", $"Text {i}").With("text.pdf", $"This is text {i} about bridges.");
            }
        }

        return library;
    }

    private static ServiceProvider Build(RagPySettings settings, string connectionString, string data, FakeLibrary library)
    {
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Error));
        services.AddSingleton<IPageTextExtractor>(new FakeExtractor());
        services.AddSingleton<SourceOpener>(library.Open);
        services.AddRagPyCore(settings, connectionString, data);
        return services.BuildServiceProvider();
    }
}
