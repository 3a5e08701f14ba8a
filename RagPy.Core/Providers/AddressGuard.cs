using System.Net;
using System.Net.Sockets;
using RagPy.Core.Pipeline;

namespace RagPy.Core.Providers;

/// <summary>
/// Keeps addresses that people give from reaching what only this network can see (server-side request forgery, OWASP). The address itself is checked when it is
/// given, and each connection again when it is made: a name may resolve to another address by then.
/// </summary>
internal static class AddressGuard
{
    private static readonly IPNetwork[] s_private =
    [
        .. (
            "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 192.88.99.0/24 192.168.0.0/16 "
            + "198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4 "
            + "::/96 100::/64 2001::/23 2001:db8::/32 2002::/16 3fff::/20 5f00::/16 fc00::/7 fe80::/10 fec0::/10 ff00::/8"
        )
            .Split(' ')
            .Select(network => IPNetwork.Parse(network)),
    ];

    private static readonly IPNetwork s_nat64 = IPNetwork.Parse("64:ff9b::/96");

    /// <summary>Reads an address that a person gives.</summary>
    /// <exception cref="DocumentFailedException">It is no https address of a public host; the message says what is wrong with it.</exception>
    public static Uri Require(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme != Uri.UriSchemeHttps)
        {
            throw Refused("it must be an absolute https address");
        }

        if (url.UserInfo.Length > 0 || url.Query.Length > 0 || url.Fragment.Length > 0)
        {
            throw Refused("it must have no user name, query or fragment");
        }

        var isLocalName = !url.Host.Contains('.') || url.Host.EndsWith(".local", StringComparison.OrdinalIgnoreCase);
        if (
            url.HostNameType == UriHostNameType.Dns
                ? isLocalName
                : !IPAddress.TryParse(url.DnsSafeHost, out var address) || !IsPublic(address)
        )
        {
            throw Refused("it must be that of a public host");
        }

        return url;
    }

    /// <summary>Whether an address is one of the public internet (IANA special-purpose registries).</summary>
    public static bool IsPublic(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (address.IsIPv4MappedToIPv6)
        {
            address = address.MapToIPv4();
        }
        else if (address.AddressFamily == AddressFamily.InterNetworkV6 && s_nat64.Contains(address))
        {
            address = new IPAddress(address.GetAddressBytes().AsSpan(12));
        }

        return !Array.Exists(s_private, network => network.BaseAddress.AddressFamily == address.AddressFamily && network.Contains(address));
    }

    /// <summary>Connects to public addresses only; for <see cref="SocketsHttpHandler.ConnectCallback"/>.</summary>
    public static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var host = context.DnsEndPoint.Host;
        var addresses = Array.FindAll(await Dns.GetHostAddressesAsync(host, cancellationToken), IsPublic);
        if (addresses.Length == 0)
        {
            throw new HttpRequestException(HttpRequestError.ConnectionError, $"'{host}' has no public address.");
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static DocumentFailedException Refused(string why) =>
        new(FailureCode.ProviderError, $"The address of the provider cannot be used: {why}.");
}
