using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace RagPy.Core.Indexing.Remote;

/// <summary>Registers the vector stores beside the embedded one.</summary>
internal static class RemoteStoreServiceCollectionExtensions
{
    /// <summary>The remote stores and what tells them apart. A new store is one line here.</summary>
    public static IServiceCollection AddRemoteStores(this IServiceCollection services, RemoteStoreOptions options)
    {
        services.TryAddSingleton(options);
        services.AddSingleton<ProjectStores>();
        services.AddSingleton<CurrentGenerations>();
        services.AddSingleton<ChunkPoints>();
        services.AddSingleton<TermStatistics>();
        services.AddSingleton<IRemoteVectorStore, QdrantVectorStore>();
        services.AddSingleton<IRemoteVectorStore, PineconeVectorStore>();
        services.AddSingleton<IRemoteVectorStore, WeaviateVectorStore>();
        services.AddSingleton<IRemoteVectorStore, PgVectorStore>();
        services.AddSingleton(provider => new VectorStores(
            provider.GetRequiredService<EmbeddedVectorStore>(),
            provider.GetServices<IRemoteVectorStore>(),
            provider.GetRequiredService<RemoteStoreOptions>()
        ));
        return services;
    }
}
