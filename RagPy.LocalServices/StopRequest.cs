using System.Runtime.InteropServices;

namespace RagPy.LocalServices;

/// <summary>Tells a service that it is to stop: SIGTERM, SIGINT, SIGHUP, or the end of the process it belongs to.</summary>
internal sealed class StopRequest : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly PosixSignalRegistration[] _signals;

    /// <param name="parent">Number of a process with which the service ends; null for none.</param>
    public StopRequest(int? parent)
    {
        _signals =
        [
            .. new[] { PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGHUP }.Select(signal =>
                PosixSignalRegistration.Create(signal, OnSignal)
            ),
        ];

        if (parent is { } process)
        {
            Watch = WatchAsync(ProcessIdentity.Of(process));
        }
    }

    /// <summary>Cancelled when the service is to stop.</summary>
    public CancellationToken Token => _stop.Token;

    private Task Watch { get; } = Task.CompletedTask;

    public void Dispose()
    {
        Array.ForEach(_signals, signal => signal.Dispose());
        _stop.Cancel();
        Watch.GetAwaiter().GetResult();
        _stop.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        _stop.Cancel();
    }

    private async Task WatchAsync(ProcessIdentity parent)
    {
        try
        {
            await parent.WaitForEndAsync(_stop.Token);
            await _stop.CancelAsync();
        }
        catch (OperationCanceledException)
        {
            // Stopping already.
        }
    }
}
