using System.Net;
using RagPy.Gateway.Replicas;
using RagPy.ServiceDefaults;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Health;

namespace RagPy.Gateway.Destinations;

/// <summary>How requests go to the replicas: one route for everything, one cluster.</summary>
internal sealed class ProxyConfiguration(GatewayOptions options)
{
    private const string Name = "api";

    /// <summary>Longest silence of a replica or a client in the middle of an exchange (load plan, P3-T2): an hour, for uploads and long processing.</summary>
    private static readonly TimeSpan s_silence = TimeSpan.FromSeconds(3600);

    /// <summary>More than a replica's own patience with its dependencies, so that a slow one is not taken for a dead one.</summary>
    private static readonly TimeSpan s_probePatience = TimeSpan.FromSeconds(6);

    /// <summary>Everything that the gateway does not answer itself.</summary>
    public IReadOnlyList<RouteConfig> Routes { get; } =
    [
        new RouteConfig
        {
            RouteId = Name,
            ClusterId = Name,
            Order = int.MaxValue,
            Match = new RouteMatch { Path = "{**path}" },
        },
    ];

    /// <summary>The cluster of these replicas. A replica is known by its address, with which its health is forgotten.</summary>
    public IReadOnlyList<ClusterConfig> ClustersOf(IReadOnlyList<string> addresses) =>
        [
            new ClusterConfig
            {
                ClusterId = Name,
                LoadBalancingPolicy = LeastRequestsInTurn.PolicyName,
                Destinations = addresses
                    .Distinct(StringComparer.Ordinal)
                    .ToDictionary(address => address, address => new DestinationConfig { Address = address }, StringComparer.Ordinal),
                HealthCheck = Health,
                HttpRequest = new ForwarderRequestConfig
                {
                    ActivityTimeout = s_silence,
                    Version = HttpVersion.Version11,
                    VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
                },
            },
        ];

    /// <summary>When no replica counts as healthy, all are tried: a probe may be wrong, and a replica's own answer says more than the gateway's.</summary>
    private HealthCheckConfig Health =>
        new()
        {
            AvailableDestinationsPolicy = HealthCheckConstants.AvailableDestinations.HealthyOrPanic,
            Active = new ActiveHealthCheckConfig
            {
                Enabled = true,
                Interval = options.ProbeInterval,
                Timeout = s_probePatience,
                Policy = ReplicaHealthPolicy.PolicyName,
                Path = HealthEndpoints.HealthPath,
            },
            Passive = new PassiveHealthCheckConfig
            {
                Enabled = true,
                Policy = ReplicaHealthPolicy.PolicyName,
                ReactivationPeriod = options.FailureWindow,
            },
        };
}
