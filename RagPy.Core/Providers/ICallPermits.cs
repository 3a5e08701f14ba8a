namespace RagPy.Core.Providers;

/// <summary>Limits on calls that hold for all processes together (DESIGN §7).</summary>
internal interface ICallPermits
{
    /// <summary>Waits until one more call may be made; the permit is given back when disposed, once however often that is.</summary>
    ValueTask<IAsyncDisposable> AcquireAsync(ProviderRequest request, CancellationToken cancellationToken);
}
