// An addition of this application to the model, as ResourceLimits is: written against Aspire's public types alone. Aspire's own engine takes no notice of it.
using Aspire.Hosting.ApplicationModel;

namespace RagPy.Hosting;

/// <summary>A resource wants to know where each replica of another one is, and not only where something spreads requests over them.</summary>
/// <param name="Endpoint">The endpoint of the replicas.</param>
/// <param name="Variable">Variable that names a JSON file, <c>{"destinations":["http://127.0.0.1:41001"]}</c>, which is kept current.</param>
public sealed record ReplicaAddressesAnnotation(EndpointReference Endpoint, string Variable) : IResourceAnnotation;

/// <summary>Hands over where replicas are.</summary>
public static class ReplicaAddresses
{
    /// <summary>Gives a resource, on this machine, the addresses of those replicas of another one that may be asked now.</summary>
    /// <param name="endpoint">The endpoint of the replicas.</param>
    /// <param name="variable">Variable that names the file they are in.</param>
    public static IResourceBuilder<T> WithReplicaAddresses<T>(this IResourceBuilder<T> builder, EndpointReference endpoint, string variable)
        where T : IResourceWithEnvironment
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(endpoint);
        ArgumentException.ThrowIfNullOrEmpty(variable);

        return builder.WithAnnotation(new ReplicaAddressesAnnotation(endpoint, variable));
    }
}
