using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;
using RagPy.LocalServices;

namespace RagPy.Hosting.Backing;

/// <summary>Chooses for each server of the model: the one that is given, else one in a container where that is asked for, else an embedded one.</summary>
internal static class BackingServices
{
    /// <summary>Chooses, and tells the model the addresses and passwords.</summary>
    /// <param name="parent">Process with which embedded services end.</param>
    /// <param name="containers">Null: no containers are asked for.</param>
    /// <exception cref="LocalServicesException">What is given cannot be understood, or there can be no embedded service here.</exception>
    public static async Task<IReadOnlyDictionary<IResource, BackingService>> ChooseAsync(
        DistributedApplicationModel model,
        IConfiguration configuration,
        LocalServicesOptions options,
        int? parent,
        ContainerServers? containers,
        CancellationToken cancellationToken
    )
    {
        var chosen = new Dictionary<IResource, BackingService>();
        foreach (var server in model.Resources.OfType<PostgresServerResource>())
        {
            chosen[server] = await PostgresBacking.ChooseAsync(
                server,
                model,
                configuration,
                options,
                parent,
                containers,
                cancellationToken
            );
        }

        foreach (var redis in model.Resources.OfType<RedisResource>())
        {
            chosen[redis] = await RedisBacking.ChooseAsync(redis, configuration, parent, containers, cancellationToken);
        }

        foreach (var qdrant in model.Resources.OfType<QdrantServerResource>())
        {
            chosen[qdrant] = QdrantBacking.Choose(qdrant, containers);
        }

        return chosen;
    }

    /// <summary>Tells the model where the one endpoint of a server is.</summary>
    internal static void Allocate(IResource server, string host, int port)
    {
        var endpoint = server.Annotations.OfType<EndpointAnnotation>().First();
        endpoint.AllocatedEndpoint = new AllocatedEndpoint(endpoint, host, port);
    }

    /// <summary>A value that is known.</summary>
    internal static ParameterResource Known(string name, string value, bool secret) => new(name, _ => value, secret);
}
