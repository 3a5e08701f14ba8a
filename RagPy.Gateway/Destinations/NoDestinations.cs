using System.Runtime.CompilerServices;

namespace RagPy.Gateway.Destinations;

/// <summary>Nobody said where the replicas are.</summary>
internal sealed class NoDestinations : IDestinationSource
{
    public async IAsyncEnumerable<IReadOnlyList<string>> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return [];
        await Task.CompletedTask;
    }
}
