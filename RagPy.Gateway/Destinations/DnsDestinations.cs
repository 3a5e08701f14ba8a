using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace RagPy.Gateway.Destinations;

/// <summary>
/// Replicas behind one name, looked up again and again: Docker's DNS gives the addresses of all containers of a service, a headless service of Kubernetes those of
/// its ready pods. A name that does not resolve leaves the list as it was; probes find out who is gone.
/// </summary>
internal sealed partial class DnsDestinations(
    Uri address,
    TimeSpan interval,
    IHostResolver resolver,
    TimeProvider time,
    ILogger<DnsDestinations> logger
) : IDestinationSource
{
    public async IAsyncEnumerable<IReadOnlyList<string>> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(interval, time);
        var failed = false;
        do
        {
            var (addresses, problem) = await ResolveAsync(cancellationToken);
            if (problem is null)
                yield return [.. addresses.Select(With).Order(StringComparer.Ordinal)];
            else if (!failed)
                KeptList(address.Host, problem);

            failed = problem is not null;
        } while (await timer.WaitForNextTickAsync(cancellationToken));
    }

    private async Task<(IPAddress[] Addresses, string? Problem)> ResolveAsync(CancellationToken cancellationToken)
    {
        try
        {
            var addresses = await resolver.ResolveAsync(address.DnsSafeHost, cancellationToken);

            return (addresses, addresses.Length == 0 ? "it has no address" : null);
        }
        catch (SocketException exception)
        {
            return ([], exception.Message);
        }
    }

    private string With(IPAddress host)
    {
        var builder = new UriBuilder(address) { Host = host.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{host}]" : host.ToString() };

        return builder.Uri.GetLeftPart(UriPartial.Path).TrimEnd('/') + "/";
    }

    [LoggerMessage(LogLevel.Warning, "The name {Host} does not resolve, the list of replicas stays as it was: {Problem}")]
    private partial void KeptList(string host, string problem);
}
