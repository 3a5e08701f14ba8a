using System.Net;
using System.Net.Sockets;
using System.Text;

namespace RagPy.Tests.Gateway;

/// <summary>
/// A replica that reads a request to <c>/hang-up</c> and closes the connection in good order, which is what a client sees of a process killed while it works on the
/// request; a web server cannot be made to. Everything else it answers, keeping the connection.
/// </summary>
internal sealed class HangingUpReplica : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Task _serving;
    private int _hangUps;

    public HangingUpReplica()
    {
        _listener.Start();
        _serving = AcceptAsync();
    }

    public string Address => $"http://{_listener.LocalEndpoint}";

    /// <summary>Requests that it hung up on.</summary>
    public int HangUps => _hangUps;

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _serving;
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
                connections.Add(ServeAsync(await _listener.AcceptTcpClientAsync()));
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Stopped. Connections end when the gateway's client closes them.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var closing = client;
        var stream = client.GetStream();
        using var reader = new StreamReader(stream, Encoding.ASCII);
        while (await reader.ReadLineAsync() is { } request)
        {
            var length = 0;
            while (await reader.ReadLineAsync() is { Length: > 0 } header)
            {
                if (header.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase))
                    length = int.Parse(header["Content-Length:".Length..], System.Globalization.CultureInfo.InvariantCulture);
            }

            if (length > 0)
                await reader.ReadBlockAsync(new char[length]);
            if (request.Contains("/hang-up", StringComparison.Ordinal))
            {
                Interlocked.Increment(ref _hangUps);

                return;
            }

            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"u8.ToArray());
        }
    }
}
