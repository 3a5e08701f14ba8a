using System.Net;

namespace RagPy.ServiceDefaults;

/// <summary>Names that a machine has for itself.</summary>
public static class LoopbackHost
{
    /// <summary>Whether a host of an address, without its port, is one of them: <c>localhost</c>, a name below it, or a loopback address.</summary>
    /// <remarks>A page elsewhere can have any other name point to this machine (DNS rebinding).</remarks>
    public static bool Is(string host)
    {
        ArgumentNullException.ThrowIfNull(host);

        return host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
    }
}
