using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RagPy.Core.Extraction;
using RagPy.Core.Indexing;
using RagPy.Core.Pipeline;
using RagPy.Core.Projects;
using RagPy.Core.Search;
using RagPy.Core.Settings;
using RagPy.Core.Storage;
using Xunit;

namespace RagPy.Tests.Pipeline;

/// <summary>The pipeline with a database and a data folder of its own, over a library in memory.</summary>
internal sealed class PipelineHost : IAsyncDisposable
{
    private readonly TestDatabase _database;
    private readonly bool _ownsDatabase;

    private PipelineHost(TestDatabase database, bool ownsDatabase, ServiceProvider services, string data)
    {
        _database = database;
        _ownsDatabase = ownsDatabase;
        Services = services;
        Data = data;
    }

    public ServiceProvider Services { get; }

    public string Data { get; }

    public TestDatabase Database => _database;

    public FakeLibrary Library { get; private init; } = new();

    public FakeExtractor Extractor { get; private init; } = new();

    public long PersonId { get; private set; }

    public long ProjectId { get; private set; }

    public TaskService Tasks => Services.GetRequiredService<TaskService>();

    public PipelineWorker Worker => Services.GetRequiredService<PipelineWorker>();

    /// <param name="settings">For tests of remote engines.</param>
    /// <param name="extra">Registers services of the test's own, before the pipeline's.</param>
    public static async Task<PipelineHost> CreateAsync(
        PostgresFixture postgres,
        Action<PipelineOptions>? configure = null,
        RagPySettings? settings = null,
        Action<IServiceCollection>? extra = null
    )
    {
        var database = await postgres.CreateDatabaseAsync();
        var host = Create(
            database,
            owns: true,
            new FakeLibrary(),
            new FakeExtractor(),
            Directory.CreateTempSubdirectory("ragpy-pipeline-").FullName,
            configure,
            settings,
            extra
        );
        await host.PrepareAsync();
        return host;
    }

    /// <summary>The pipeline on a server of the test's own, over a given library.</summary>
    public static async Task<PipelineHost> OnServerAsync(string connectionString, string data, FakeLibrary library, TimeSpan pace)
    {
        var database = new TestDatabase(connectionString, () => Task.CompletedTask);
        var host = Create(database, owns: false, library, new FakeExtractor { Pace = pace }, data, configure: null);
        await host.PrepareAsync();
        return host;
    }

    /// <summary>A look, without a worker, at what another process made.</summary>
    public static PipelineHost Look(string connectionString, string data, long projectId)
    {
        var database = new TestDatabase(connectionString, () => Task.CompletedTask);
        var host = Create(database, owns: false, new FakeLibrary(), new FakeExtractor(), data, configure: null);
        host.ProjectId = projectId;
        return host;
    }

    /// <summary>Another process, as far as the database can tell, on the same library and data.</summary>
    public PipelineHost Second(Action<PipelineOptions>? configure = null, RagPySettings? settings = null)
    {
        var second = Create(_database, owns: false, Library, Extractor, Data, configure, settings);
        second.PersonId = PersonId;
        second.ProjectId = ProjectId;
        return second;
    }

    public T Get<T>()
        where T : notnull => Services.GetRequiredService<T>();

    /// <summary>Brings the library in and waits for the end.</summary>
    public async Task<TaskProgress> RunAsync(long? projectId = null, TaskRequest? request = null)
    {
        var task = await Tasks.StartAsync(projectId ?? ProjectId, PersonId, "/library", request, Token);
        return await WaitAsync(task.Id);
    }

    public async Task<TaskProgress> WaitAsync(long taskId)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        TaskProgress? last = null;
        await foreach (var progress in Tasks.WatchAsync(PersonId, taskId, limit.Token))
        {
            last = progress;
        }

        return last!;
    }

    /// <summary>Waits for the end of a task although the database may go away meanwhile.</summary>
    public async Task<TaskProgress> WaitThroughAsync(long taskId)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return await WaitAsync(taskId);
            }
            catch (Npgsql.NpgsqlException) when (attempt < 10)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(500), Token);
            }
        }
    }

    /// <summary>Every point of the project's index with its text and dense vector, for comparing runs.</summary>
    public async Task<SortedDictionary<Guid, string>> PointsAsync(long? projectId = null)
    {
        var texts = new Dictionary<Guid, string>();
        await using (var context = _database.NewContext())
        {
            foreach (var chunk in context.Chunks.Where(c => c.ProjectId == (projectId ?? ProjectId)))
            {
                texts[chunk.Id] = chunk.Text;
            }
        }

        var points = new SortedDictionary<Guid, string>();
        await foreach (var point in Get<IVectorStore>().ScanAsync(projectId ?? ProjectId, Token))
        {
            points.Add(point.Id, $"{texts.GetValueOrDefault(point.Id)}|{Convert.ToHexString(HashOf(point))}");
        }

        return points;
    }

    public async Task<Document[]> DocumentsAsync(long? projectId = null)
    {
        await using var context = _database.NewContext();
        return [.. context.Documents.Where(d => d.ProjectId == (projectId ?? ProjectId)).OrderBy(d => d.SourceKey).ThenBy(d => d.Kind)];
    }

    public async Task AssertCleanAsync(long? projectId = null)
    {
        var report = await Get<AuditService>().AuditAsync(projectId ?? ProjectId, Token);
        Assert.True(report.IsClean, report.ToString());
    }

    public async ValueTask DisposeAsync()
    {
        await Services.DisposeAsync();
        if (_ownsDatabase)
        {
            await _database.DisposeAsync();
            Directory.Delete(Data, recursive: true);
        }
    }

    private async Task PrepareAsync()
    {
        await Services.GetRequiredService<DatabaseMigrator>().MigrateAsync(Token);
        var projects = Services.GetRequiredService<ProjectService>();
        PersonId = (await projects.EnsureLocalOwnerAsync(Token)).Id;
        ProjectId = (await projects.GetOrCreateAsync(PersonId, "test", Token)).Id;
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static byte[] HashOf(IndexPoint point) =>
        System.Security.Cryptography.SHA256.HashData(System.Runtime.InteropServices.MemoryMarshal.AsBytes(point.Dense.Span));

    private static PipelineHost Create(
        TestDatabase database,
        bool owns,
        FakeLibrary library,
        FakeExtractor extractor,
        string data,
        Action<PipelineOptions>? configure,
        RagPySettings? settings = null,
        Action<IServiceCollection>? extra = null
    )
    {
        var options = new PipelineOptions
        {
            ConnectionString = database.ConnectionString,
            DataDirectory = data,
            MaxConnections = 20,
            RetryDelay = TimeSpan.FromMilliseconds(20),
            RelayInterval = TimeSpan.FromSeconds(1),
            GracePeriod = TimeSpan.FromSeconds(2),
        };
        configure?.Invoke(options);
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Warning));
        services.AddSingleton<IPageTextExtractor>(extractor);
        services.AddSingleton<SourceOpener>(library.Open);
        // What is installed here must not decide what a test sees.
        services.AddSingleton(settings ?? new RagPySettings { Recognition = "none" });
        services.AddSingleton(TestWaits.Short);
        extra?.Invoke(services);
        services.AddRagPyPipeline(options);
        services.AddSingleton<SearchService>();
        return new PipelineHost(database, owns, services.BuildServiceProvider(), data) { Library = library, Extractor = extractor };
    }
}
