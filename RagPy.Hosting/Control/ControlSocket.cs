using System.Net.Sockets;
using System.Text.Json;
using Aspire.Hosting;
using RagPy.Hosting.Running;

namespace RagPy.Hosting.Control;

/// <summary>Where a run is asked from outside to start, stop, restart or scale something: a socket that only its owner can open, a line of JSON each way.</summary>
internal sealed class ControlSocket : IAsyncDisposable
{
    private readonly Socket _listener;
    private readonly RunControl _control;
    private readonly CancellationTokenSource _end = new();
    private readonly Task _accepting;

    private ControlSocket(Socket listener, RunControl control)
    {
        _listener = listener;
        _control = control;
        _accepting = AcceptAsync(_end.Token);
    }

    /// <summary>Begins to listen.</summary>
    public static ControlSocket Listen(RunFolder folder, RunControl control)
    {
        File.Delete(folder.ControlSocket);
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            listener.Bind(new UnixDomainSocketEndPoint(folder.ControlSocket));
            listener.Listen();
        }
        catch
        {
            listener.Dispose();
            throw;
        }

        return new ControlSocket(listener, control);
    }

    /// <summary>Asks the AppHost that runs; returns when it has done what was asked.</summary>
    /// <exception cref="DistributedApplicationException">None runs, or it cannot do that.</exception>
    public static async Task AskAsync(RunFolder folder, ControlRequest request, CancellationToken cancellationToken)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(folder.ControlSocket), cancellationToken);
        }
        catch (SocketException e)
        {
            throw new DistributedApplicationException($"No AppHost runs with the data folder {folder.Data}; start it first.", e);
        }

        await using var stream = new NetworkStream(socket);
        await WriteAsync(stream, request, cancellationToken);
        using var reader = new StreamReader(stream);
        var answer = await reader.ReadLineAsync(cancellationToken) is { } line
            ? JsonSerializer.Deserialize<ControlAnswer>(line)
            : new ControlAnswer("The AppHost ended before it was done.");
        if (answer?.Problem is { } problem)
        {
            throw new DistributedApplicationException(problem);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _end.Dispose();
    }

    private async Task AcceptAsync(CancellationToken end)
    {
        var served = new List<Task>();
        try
        {
            while (true)
            {
                var client = await _listener.AcceptAsync(end);
                served.RemoveAll(one => one.IsCompleted);
                served.Add(ServeAsync(client, end));
            }
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // The run ends.
        }

        await Task.WhenAll(served);
    }

    private async Task ServeAsync(Socket client, CancellationToken end)
    {
        try
        {
            await using var stream = new NetworkStream(client, ownsSocket: true);
            using var reader = new StreamReader(stream);
            if (await reader.ReadLineAsync(end) is { } line && JsonSerializer.Deserialize<ControlRequest>(line) is { } request)
            {
                await WriteAsync(stream, await AnswerAsync(request, end), end);
            }
        }
        catch (Exception e) when (e is IOException or JsonException || (e is OperationCanceledException && end.IsCancellationRequested))
        {
            // Who asked has gone, or is none of ours, or the run ends: nobody is left to be told.
        }
    }

    private async Task<ControlAnswer> AnswerAsync(ControlRequest request, CancellationToken end)
    {
        try
        {
            await request.RunAsync(_control, end);

            return new ControlAnswer(Problem: null);
        }
        catch (DistributedApplicationException e)
        {
            return new ControlAnswer(e.Message);
        }
    }

    private static async Task WriteAsync<T>(Stream stream, T value, CancellationToken cancellationToken)
    {
        byte[] line = [.. JsonSerializer.SerializeToUtf8Bytes(value), (byte)'\n'];
        await stream.WriteAsync(line, cancellationToken);
    }
}
