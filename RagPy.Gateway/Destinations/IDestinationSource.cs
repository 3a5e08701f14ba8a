namespace RagPy.Gateway.Destinations;

/// <summary>Knows where the replicas of the API are.</summary>
internal interface IDestinationSource
{
    /// <summary>
    /// The addresses of the replicas: first those of now, then again whenever they may have changed, until cancelled. What cannot be read is logged and leaves
    /// the list as it was.
    /// </summary>
    IAsyncEnumerable<IReadOnlyList<string>> WatchAsync(CancellationToken cancellationToken);
}
