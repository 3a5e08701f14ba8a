namespace RagPy.Core.Providers;

/// <summary>How long a call to a remote engine that did not succeed waits before it is tried again.</summary>
internal sealed record ProviderWaits
{
    /// <summary>Wait after the first failure; doubles with each, ±50 % at random.</summary>
    public TimeSpan First { get; init; } = TimeSpan.FromMilliseconds(400);
}
