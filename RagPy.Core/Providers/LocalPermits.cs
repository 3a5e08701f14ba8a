namespace RagPy.Core.Providers;

/// <summary>No limits beyond those of the process's own gates; for a process without Redis.</summary>
internal sealed class LocalPermits : ICallPermits
{
    /// <summary>A permit that took nothing.</summary>
    public static IAsyncDisposable None { get; } = new Nothing();

    /// <inheritdoc/>
    public ValueTask<IAsyncDisposable> AcquireAsync(ProviderRequest request, CancellationToken cancellationToken) => new(None);

    private sealed class Nothing : IAsyncDisposable
    {
        /// <summary>Nothing was taken.</summary>
        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
