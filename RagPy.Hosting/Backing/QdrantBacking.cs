using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using RagPy.Hosting.Running;

namespace RagPy.Hosting.Backing;

/// <summary>Qdrant: there is none embedded, so it runs in a container.</summary>
internal static class QdrantBacking
{
    private const int Ready = 200;

    /// <exception cref="DistributedApplicationException">No containers are asked for.</exception>
    public static BackingService Choose(QdrantServerResource qdrant, ContainerServers? containers) =>
        containers?.Settle(
            qdrant,
            qdrant.ApiKeyParameter,
            cancellationToken => HttpHealth.FindProblemAsync(new Uri(new Uri(qdrant.HttpEndpoint.Url), "readyz"), Ready, cancellationToken)
        )
        ?? throw new DistributedApplicationException($"'{qdrant.Name}' runs in a container only; ask for it with --containers.");
}
