using Microsoft.Extensions.Diagnostics.HealthChecks;
using RagPy.Gateway.Listening;
using Yarp.ReverseProxy;
using Yarp.ReverseProxy.Model;

namespace RagPy.Gateway.Replicas;

/// <summary>Whether the gateway should get requests: it is not stopping, has a certificate if it should, and a replica to send them to.</summary>
internal sealed class ReplicasHealthCheck(IProxyStateLookup proxy, Drain drain, CertificateFiles certificate) : IHealthCheck
{
    public const string CheckName = "replicas";

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(Check());

    private HealthCheckResult Check()
    {
        if (drain.HasBegun)
            return HealthCheckResult.Unhealthy("The gateway is stopping.");
        if (certificate.Problem is { } problem)
            return HealthCheckResult.Unhealthy(problem);

        var replicas = proxy.GetClusters().SelectMany(cluster => cluster.DestinationsState.AllDestinations).ToList();
        var ready = replicas.Count(IsReady);

        return replicas.Count == 0 ? HealthCheckResult.Unhealthy("The gateway knows no replica of the API.")
            : ready == 0 ? HealthCheckResult.Unhealthy("No replica of the API is ready.")
            : ready < replicas.Count ? HealthCheckResult.Degraded($"{ready} of {replicas.Count} replicas of the API are ready.")
            : HealthCheckResult.Healthy();
    }

    private static bool IsReady(DestinationState replica) =>
        replica.Health is { Active: not DestinationHealth.Unhealthy, Passive: not DestinationHealth.Unhealthy };
}
