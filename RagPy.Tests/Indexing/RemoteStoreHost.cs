using Microsoft.Extensions.DependencyInjection;
using RagPy.Core.Indexing;
using RagPy.Core.Indexing.Remote;
using RagPy.Core.Providers;

namespace RagPy.Tests.Indexing;

/// <summary>One remote store with what it needs, as the application makes it.</summary>
internal sealed class RemoteStoreHost : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    /// <param name="insecure">Takes any certificate; for simulators that make their own.</param>
    public RemoteStoreHost(TestDatabase database, string kind, RemoteStoreOptions options, bool insecure = false)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<TimeProvider>(new HurriedTime());
        services.AddRagPyProviders();
        services.AddSingleton(database.DataSource);
        services.AddRemoteStores(options);
        if (insecure)
        {
            services
                .AddHttpClient(ProviderClient.ClientName)
                .ConfigurePrimaryHttpMessageHandler(() =>
                    new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true } }
                );
        }

        _services = services.BuildServiceProvider();
        Store = _services.GetServices<IRemoteVectorStore>().Single(s => s.Kind == kind);
    }

    public IVectorStore Store { get; }

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
