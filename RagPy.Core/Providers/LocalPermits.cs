namespace RagPy.Core.Providers;

/// <summary>No limits beyond those of the process's own gates; for a process without Redis.</summary>
internal sealed class LocalPermits : ICallPermits
{
    private static readonly Nothing s_nothing = new();

    /// <inheritdoc/>
    public ValueTask<IAsyncDisposable> AcquireAsync(ProviderRequest request, CancellationToken cancellationToken) => new(s_nothing);

    private sealed class Nothing : IAsyncDisposable
    {
        /// <summary>Nothing was taken.</summary>
        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
