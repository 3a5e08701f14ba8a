namespace RagPy.Gateway;

/// <summary>
/// How the gateway stops: it says that it is not ready and serves on while whoever sends requests learns of it, then ends the event streams (their clients come
/// back elsewhere with <c>Last-Event-ID</c>), then the server takes no more connections and finishes what is under way.
/// </summary>
internal sealed partial class Drain(GatewayOptions options, TimeProvider time, ILogger<Drain> logger) : IHostedLifecycleService, IDisposable
{
    private readonly CancellationTokenSource _streamsEnd = new();

    /// <summary>Whether new requests should go elsewhere.</summary>
    public bool HasBegun { get; private set; }

    /// <summary>Cancelled when event streams are to end.</summary>
    public CancellationToken StreamsEnd => _streamsEnd.Token;

    /// <summary>Before any service stops, the server included.</summary>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        HasBegun = true;
        Began(options.DrainDelay.TotalSeconds);
        try
        {
            await Task.Delay(options.DrainDelay, time, cancellationToken);
        }
        finally
        {
            await _streamsEnd.CancelAsync();
        }
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _streamsEnd.Dispose();

    [LoggerMessage(LogLevel.Information, "Stopping: not ready any more, serving for {Seconds} s longer.")]
    private partial void Began(double seconds);
}
