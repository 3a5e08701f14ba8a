using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using RagPy.Api.Http;
using RagPy.Core.Extraction;
using RagPy.Core.Pipeline;
using RagPy.Tests.Pipeline;
using Xunit;

namespace RagPy.Tests.Api;

/// <summary>The API as it is served, on a port of its own, with a worker beside it in the process that reads files of plain text.</summary>
internal sealed class ApiHost : IAsyncDisposable
{
    private readonly Factory _factory;
    private readonly bool _ownsDatabase;
    private readonly bool _ownsData;
    private readonly FakeExtractor? _extractor;

    private ApiHost(
        TestDatabase database,
        string data,
        FakeExtractor? extractor,
        IReadOnlyDictionary<string, string> settings,
        bool ownsDatabase,
        bool ownsData
    )
    {
        (Database, Data, _extractor, Settings) = (database, data, extractor, settings);
        (_ownsDatabase, _ownsData) = (ownsDatabase, ownsData);
        _factory = new Factory(this);
        // The address is a setting: given to UseKestrel, it is set when the server may already have started.
        _factory.UseKestrel();
        _factory.StartServer();
        // Not the factory's client: over a real server that one keeps cookies whatever its options say, and tests share it.
        Client = new HttpClient(new SocketsHttpHandler { UseCookies = false })
        {
            BaseAddress = new Uri(
                Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single()
            ),
            Timeout = TimeSpan.FromSeconds(60),
        };
    }

    public TestDatabase Database { get; }

    /// <summary>The data folder, which both replicas share.</summary>
    public string Data { get; }

    public FakeExtractor Extractor => _extractor ?? throw new InvalidOperationException("This host reads PDFs.");

    public HttpClient Client { get; }

    public Uri Address => Client.BaseAddress!;

    public IServiceProvider Services => _factory.Services;

    private IReadOnlyDictionary<string, string> Settings { get; }

    public static Task<ApiHost> CreateAsync(PostgresFixture postgres, params (string Name, string Value)[] settings) =>
        CreateAsync(postgres, new FakeExtractor { Geometry = [] }, settings);

    /// <summary>The same with the real reader of PDFs.</summary>
    public static Task<ApiHost> WithPdfReaderAsync(PostgresFixture postgres) => CreateAsync(postgres, extractor: null, []);

    private static async Task<ApiHost> CreateAsync(
        PostgresFixture postgres,
        FakeExtractor? extractor,
        (string Name, string Value)[] settings
    )
    {
        var host = await CreateWithoutWorkerAsync(postgres, extractor, settings);
        await host.StartWorkerAsync();
        return host;
    }

    /// <summary>Two hosts that share the database and nothing else: one serves, the other one works.</summary>
    public static async Task<(ApiHost Server, ApiHost Worker)> OnTwoHostsAsync(
        PostgresFixture postgres,
        params (string Name, string Value)[] settings
    )
    {
        var server = await CreateWithoutWorkerAsync(postgres, new FakeExtractor { Geometry = [] }, settings);
        var worker = new ApiHost(
            server.Database,
            NewFolder(),
            new FakeExtractor { Geometry = [] },
            server.Settings,
            ownsDatabase: false,
            ownsData: true
        );
        await worker.StartWorkerAsync();
        return (server, worker);
    }

    private static async Task<ApiHost> CreateWithoutWorkerAsync(
        PostgresFixture postgres,
        FakeExtractor? extractor,
        (string Name, string Value)[] settings
    )
    {
        var host = new ApiHost(
            await postgres.CreateDatabaseAsync(),
            NewFolder(),
            extractor,
            settings.ToDictionary(s => s.Name, s => s.Value),
            ownsDatabase: true,
            ownsData: true
        );
        await host.UntilReadyAsync();
        return host;
    }

    private static string NewFolder() => Directory.CreateTempSubdirectory("ragpy-api-").FullName;

    private Task StartWorkerAsync() =>
        // Not left to the host: it would be stopped by the entry point and by the factory at once.
        Get<PipelineWorker>().StartAsync(CancellationToken.None);

    /// <summary>The service without its database.</summary>
    public static async Task<ApiHost> CreateWithoutDatabaseAsync(PostgresFixture postgres) =>
        new(
            await postgres.CreateDatabaseAsync(),
            NewFolder(),
            new FakeExtractor(),
            new Dictionary<string, string> { ["ConnectionStrings:ragpy"] = "Host=127.0.0.1;Port=1;Username=nobody;Timeout=2" },
            ownsDatabase: true,
            ownsData: true
        );

    /// <summary>Another replica on the same database and data.</summary>
    public ApiHost Second() => new(Database, Data, _extractor, Settings, ownsDatabase: false, ownsData: false);

    public T Get<T>()
        where T : notnull => Services.GetRequiredService<T>();

    /// <summary>Every file of the data folder, without those of the index and the keys of the web page's forms.</summary>
    public string[] Files() =>
        [
            .. Directory
                .EnumerateFiles(Data, "*", SearchOption.AllDirectories)
                .Select(path => Path.GetRelativePath(Data, path))
                .Where(path => path.Split(Path.DirectorySeparatorChar)[0] is not ("index" or "keys"))
                .Order(StringComparer.Ordinal),
        ];

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (_ownsData)
        {
            await Get<PipelineWorker>().StopAsync(CancellationToken.None);
        }

        await _factory.DisposeAsync();
        if (_ownsDatabase)
        {
            await Database.DisposeAsync();
        }

        if (_ownsData)
        {
            Directory.Delete(Data, recursive: true);
        }
    }

    private async Task UntilReadyAsync()
    {
        while (true)
        {
            using var response = await Client.GetAsync("/health", TestContext.Current.CancellationToken);
            if (response.IsSuccessStatusCode)
            {
                return;
            }

            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    private sealed class Factory(ApiHost host) : WebApplicationFactory<LocalOwner>
    {
        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            builder.UseEnvironment("Production");
            builder.UseSetting("ConnectionStrings:ragpy", host.Database.ConnectionString);
            builder.UseSetting("RAGPY_DATA", host.Data);
            builder.UseSetting("urls", "http://127.0.0.1:0");
            builder.UseSetting("Logging:LogLevel:Default", "Error");
            foreach (var (name, value) in host.Settings)
            {
                builder.UseSetting(name, value);
            }

            builder.ConfigureTestServices(Configure);
        }

        private void Configure(IServiceCollection services)
        {
            var options = (PipelineOptions)services.Single(s => s.ServiceType == typeof(PipelineOptions)).ImplementationInstance!;
            options.RelayInterval = TimeSpan.FromSeconds(1);
            options.RetryDelay = TimeSpan.FromMilliseconds(20);
            options.GracePeriod = TimeSpan.FromSeconds(2);
            if (host._extractor is { } extractor)
            {
                services.Replace(ServiceDescriptor.Singleton<IPageTextExtractor>(extractor));
            }

            services.Replace(ServiceDescriptor.Singleton(TestWaits.Short));
            services.AddSingleton<LocalOwner>();
            services.Replace(ServiceDescriptor.Singleton<ICurrentPerson, NamedPerson>());
        }
    }
}
