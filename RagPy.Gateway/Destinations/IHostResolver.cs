using System.Net;

namespace RagPy.Gateway.Destinations;

/// <summary>Resolves host names.</summary>
internal interface IHostResolver
{
    /// <summary>Every address of the host.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">The name is not known or nobody answers.</exception>
    Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken);
}
