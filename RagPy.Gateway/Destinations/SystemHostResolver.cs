using System.Net;

namespace RagPy.Gateway.Destinations;

/// <summary>The resolver of the operating system, which asks Docker's and Kubernetes' DNS and caches nothing itself.</summary>
internal sealed class SystemHostResolver : IHostResolver
{
    public Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken) =>
        Dns.GetHostAddressesAsync(host, cancellationToken);
}
