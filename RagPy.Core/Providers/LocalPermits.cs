namespace RagPy.Core.Providers;

/// <summary>No limits beyond those of the process's own gates; for a process without Redis.</summary>
internal sealed class LocalPermits : ICallPermits, IAsyncDisposable
{
    /// <inheritdoc/>
    public ValueTask<IAsyncDisposable> AcquireAsync(ProviderRequest request, CancellationToken cancellationToken) => new(this);

    /// <summary>Nothing was taken.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
