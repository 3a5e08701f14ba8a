using Aspire.Hosting.ApplicationModel;
using k8s.Models;

namespace RagPy.Hosting.Publishing.Kubernetes;

/// <summary>Writes probes: as the model declares them, and of servers as their images allow.</summary>
internal static class KubernetesProbes
{
    private const string HttpPort = "http";

    public static V1Probe? Make(PublishedService service, ProbeType type) =>
        service.Server is { } server ? Of(service.Resource, server, type)
        : service.Probe(type) is { } probe ? Of(probe)
        : null;

    private static V1Probe Of(EndpointProbeAnnotation probe) =>
        new()
        {
            HttpGet = new V1HTTPGetAction { Path = probe.Path, Port = probe.EndpointReference.EndpointName },
            InitialDelaySeconds = probe.InitialDelaySeconds,
            PeriodSeconds = probe.PeriodSeconds,
            TimeoutSeconds = probe.TimeoutSeconds,
            FailureThreshold = probe.FailureThreshold,
            SuccessThreshold = probe.SuccessThreshold,
        };

    private static V1Probe Of(IResource resource, ServerImage server, ProbeType type)
    {
        // A database that recovers after a crash is not to be killed for it: only long silence after the start counts.
        var probe = type switch
        {
            ProbeType.Startup => new V1Probe
            {
                PeriodSeconds = 5,
                TimeoutSeconds = 5,
                FailureThreshold = 120,
            },
            ProbeType.Readiness => new V1Probe
            {
                PeriodSeconds = 5,
                TimeoutSeconds = 5,
                FailureThreshold = 3,
            },
            _ => new V1Probe
            {
                PeriodSeconds = 15,
                TimeoutSeconds = 10,
                FailureThreshold = 8,
            },
        };
        if (resource is QdrantServerResource)
        {
            probe.HttpGet = new V1HTTPGetAction { Path = type == ProbeType.Liveness ? "/livez" : "/readyz", Port = HttpPort };
        }
        else
        {
            var login = resource is RedisResource ? "REDISCLI_AUTH=\"$REDIS_PASSWORD\" " : "";
            probe.Exec = new V1ExecAction { Command = [server.Shell, "-c", login + server.Check] };
        }

        return probe;
    }
}
