using Yarp.ReverseProxy.LoadBalancing;
using Yarp.ReverseProxy.Model;

namespace RagPy.Gateway.Replicas;

/// <summary>
/// The replica with the fewest requests under way; among equals the next in turn, so that a quiet system uses all of them (nginx's <c>least_conn</c>). YARP's own
/// policy of the kind gives every request of a quiet system to the first.
/// </summary>
internal sealed class LeastRequestsInTurn : ILoadBalancingPolicy
{
    public const string PolicyName = nameof(LeastRequestsInTurn);

    private int _turn;

    public string Name => PolicyName;

    public DestinationState? PickDestination(
        HttpContext context,
        ClusterState cluster,
        IReadOnlyList<DestinationState> availableDestinations
    )
    {
        if (availableDestinations.Count == 0)
            return null;

        var start = (int)((uint)Interlocked.Increment(ref _turn) % (uint)availableDestinations.Count);
        var best = availableDestinations[start];
        var fewest = best.ConcurrentRequestCount;
        for (var i = 1; i < availableDestinations.Count && fewest > 0; i++)
        {
            var other = availableDestinations[(start + i) % availableDestinations.Count];
            if (other.ConcurrentRequestCount is var requests && requests < fewest)
                (best, fewest) = (other, requests);
        }

        return best;
    }
}
