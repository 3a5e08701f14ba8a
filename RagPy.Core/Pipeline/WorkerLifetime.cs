namespace RagPy.Core.Pipeline;

/// <summary>How a worker ends: first nothing new is begun, and after the grace period what still runs is cut off and given back.</summary>
internal sealed class WorkerLifetime : IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _aborting = new();

    /// <summary>No more work is to be claimed.</summary>
    public CancellationToken Stopping => _stopping.Token;

    /// <summary>The grace period is over.</summary>
    public CancellationToken Aborting => _aborting.Token;

    public void Stop() => _stopping.Cancel();

    public void Abort() => _aborting.Cancel();

    public void Dispose()
    {
        _stopping.Dispose();
        _aborting.Dispose();
    }
}
