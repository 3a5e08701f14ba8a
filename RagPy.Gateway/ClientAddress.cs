using System.Net;
using System.Net.Sockets;

namespace RagPy.Gateway;

/// <summary>Where a request comes from, after trusted proxies have been taken at their word.</summary>
internal static class ClientAddress
{
    /// <summary>The address, IPv4 written as such.</summary>
    public static IPAddress Of(HttpContext context)
    {
        var address = context.Connection.RemoteIpAddress ?? IPAddress.IPv6None;

        return address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
    }

    /// <summary>One client: an IPv4 address, or the /64 network that an IPv6 client chooses its addresses from.</summary>
    public static IPAddress ClientOf(HttpContext context)
    {
        var address = Of(context);
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return address;

        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();

        return new IPAddress(bytes);
    }

    /// <summary>Whether the address is this machine or of a private or link-local network (RFC 1918, 3927, 4193, 4291).</summary>
    public static bool IsPrivate(IPAddress address)
    {
        if (IPAddress.IsLoopback(address) || address.IsIPv6LinkLocal || address.IsIPv6UniqueLocal)
            return true;
        if (address.AddressFamily != AddressFamily.InterNetwork)
            return false;

        var bytes = address.GetAddressBytes();

        return bytes[0] == 10
            || (bytes[0] == 172 && bytes[1] is >= 16 and <= 31)
            || (bytes[0] == 192 && bytes[1] == 168)
            || (bytes[0] == 169 && bytes[1] == 254);
    }
}
