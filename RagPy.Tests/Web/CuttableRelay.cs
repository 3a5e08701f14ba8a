using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace RagPy.Tests.Web;

/// <summary>A port that hands its connections to one replica or another, and can cut them all, as an orchestrator's address does.</summary>
internal sealed class CuttableRelay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<TcpClient, bool> _open = [];
    private readonly Task _accepting;
    private volatile Uri? _replica;

    public CuttableRelay(Uri replica)
    {
        _replica = replica;
        _listener.Start();
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");
        _accepting = AcceptAsync();
    }

    public Uri Address { get; }

    /// <summary>Ends every connection, as a killed replica does; new ones end at once.</summary>
    public void Cut()
    {
        _replica = null;
        foreach (var client in _open.Keys)
        {
            client.Close();
        }
    }

    /// <summary>Hands new connections to this replica.</summary>
    public void GoOnWith(Uri replica) => _replica = replica;

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _accepting;
        Cut();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = RelayAsync(await _listener.AcceptTcpClientAsync());
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The listener was stopped.
        }
    }

    private async Task RelayAsync(TcpClient client)
    {
        if (_replica is not { } target)
        {
            client.Close();
            return;
        }

        using var replica = new TcpClient();
        _open[client] = true;
        _open[replica] = true;
        try
        {
            await replica.ConnectAsync(target.Host, target.Port);
            await Task.WhenAny(client.GetStream().CopyToAsync(replica.GetStream()), replica.GetStream().CopyToAsync(client.GetStream()));
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // Cut, or the other side left.
        }
        finally
        {
            _open.TryRemove(client, out _);
            _open.TryRemove(replica, out _);
            client.Close();
        }
    }
}
