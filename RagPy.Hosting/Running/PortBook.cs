using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace RagPy.Hosting.Running;

/// <summary>Ports on this machine's loopback, the same from run to run where they can be.</summary>
/// <param name="path">File that keeps them.</param>
internal sealed class PortBook(string path)
{
    private readonly Dictionary<string, int> _ports = Read(path);

    /// <summary>A free port for a purpose; the one it had last when that is free.</summary>
    public int Take(string purpose)
    {
        if (!_ports.TryGetValue(purpose, out var port) || !IsFree(port))
        {
            port = Free();
            _ports[purpose] = port;
            File.WriteAllText(path, JsonSerializer.Serialize(_ports));
        }

        return port;
    }

    /// <summary>Whether one could be listened on at this moment.</summary>
    public static bool IsFree(int port) =>
        CanListen(IPAddress.Loopback, port) && (!Socket.OSSupportsIPv6 || CanListen(IPAddress.IPv6Loopback, port));

    private static bool CanListen(IPAddress address, int port)
    {
        using var listener = new TcpListener(address, port);
        try
        {
            listener.Start();

            return true;
        }
        catch (SocketException e)
        {
            // No such address: no IPv6 on this machine.
            return e.SocketErrorCode == SocketError.AddressNotAvailable;
        }
    }

    private static int Free()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();

        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static Dictionary<string, int> Read(string path)
    {
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize<Dictionary<string, int>>(File.ReadAllBytes(path)) ?? [] : [];
        }
        catch (JsonException)
        {
            // Half written: they were only wishes.
            return [];
        }
    }
}
