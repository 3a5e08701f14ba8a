using k8s;
using k8s.Models;

namespace RagPy.Hosting.Publishing.Kubernetes;

/// <summary>Writes what runs pods: deployments for our services, stateful sets for servers, a job for what ends.</summary>
internal sealed class Workloads(PublishedServices services)
{
    /// <summary>Seconds that a job is kept when it has ended: an ended one would stand in the way of the next release's.</summary>
    private const int JobKept = 300;

    private readonly PodTemplates _pods = new(services);

    /// <summary>All objects of a service, in the order in which they are to be made.</summary>
    public IEnumerable<IKubernetesObject<V1ObjectMeta>> Make(PublishedService service)
    {
        if (new PodEnvironment(service) is { Visible.Count: > 0 } environment)
        {
            yield return new V1ConfigMap
            {
                ApiVersion = "v1",
                Kind = "ConfigMap",
                Metadata = KubernetesNames.Metadata(service, services.Application, KubernetesNames.ConfigMap(service)),
                Data = new Dictionary<string, string>(environment.Visible),
            };
        }

        if (KubernetesPorts.Of(service).Any())
        {
            yield return Service(service);
        }

        if (service.IsJob)
        {
            yield return Job(service);
        }
        else if (service.Project is null)
        {
            yield return StatefulSet(service);
        }
        else
        {
            yield return Deployment(service);
            yield return DisruptionBudget(service);
            if (service.Autoscale is { } autoscale)
            {
                yield return Autoscaler(service, autoscale);
            }
        }
    }

    private V1Service Service(PublishedService service) =>
        new()
        {
            ApiVersion = "v1",
            Kind = "Service",
            Metadata = KubernetesNames.Metadata(service, services.Application),
            Spec = new V1ServiceSpec
            {
                // Without an address of its own the name resolves to every pod: the gateway spreads requests itself, and servers are one each.
                ClusterIP = service.Ports.Any(port => port.IsExternal) ? null : "None",
                Selector = KubernetesNames.Selector(service),
                Ports =
                [
                    .. KubernetesPorts
                        .Of(service)
                        .Select(port => new V1ServicePort
                        {
                            Name = port.Name,
                            Port = port.Number,
                            TargetPort = port.Name,
                            AppProtocol = port.Scheme is "http" ? "http" : null,
                        }),
                ],
            },
        };

    private V1Deployment Deployment(PublishedService service) =>
        new()
        {
            ApiVersion = "apps/v1",
            Kind = "Deployment",
            Metadata = KubernetesNames.Metadata(service, services.Application),
            Spec = new V1DeploymentSpec
            {
                // What the autoscaler has chosen is not to be undone by every release.
                Replicas = service.Autoscale is null ? service.Replicas : null,
                RevisionHistoryLimit = 5,
                Selector = new V1LabelSelector { MatchLabels = KubernetesNames.Selector(service) },
                Strategy = new V1DeploymentStrategy
                {
                    Type = "RollingUpdate",
                    RollingUpdate = new V1RollingUpdateDeployment { MaxSurge = 1, MaxUnavailable = 0 },
                },
                Template = _pods.Make(service),
            },
        };

    private V1StatefulSet StatefulSet(PublishedService service) =>
        new()
        {
            ApiVersion = "apps/v1",
            Kind = "StatefulSet",
            Metadata = KubernetesNames.Metadata(service, services.Application),
            Spec = new V1StatefulSetSpec
            {
                ServiceName = service.Name,
                Replicas = 1,
                Selector = new V1LabelSelector { MatchLabels = KubernetesNames.Selector(service) },
                Template = _pods.Make(service),
                VolumeClaimTemplates = PodTemplates.Volumes(service).Any()
                    ? [.. PodTemplates.Volumes(service).Select(mount => Storage.Claim(mount.Source!, Storage.OneWriter))]
                    : null,
            },
        };

    private V1Job Job(PublishedService service) =>
        new()
        {
            ApiVersion = "batch/v1",
            Kind = "Job",
            Metadata = KubernetesNames.Metadata(
                service,
                services.Application,
                // A job cannot be changed: every version has one of its own.
                $"{service.Name}-{service.Project?.Tag.Replace('.', '-')}"
            ),
            Spec = new V1JobSpec
            {
                BackoffLimit = 10,
                TtlSecondsAfterFinished = JobKept,
                Template = _pods.Make(service),
            },
        };

    private V1PodDisruptionBudget DisruptionBudget(PublishedService service) =>
        new()
        {
            ApiVersion = "policy/v1",
            Kind = "PodDisruptionBudget",
            Metadata = KubernetesNames.Metadata(service, services.Application),
            Spec = new V1PodDisruptionBudgetSpec
            {
                MaxUnavailable = 1,
                Selector = new V1LabelSelector { MatchLabels = KubernetesNames.Selector(service) },
            },
        };

    private V2HorizontalPodAutoscaler Autoscaler(PublishedService service, AutoscaleAnnotation autoscale) =>
        new()
        {
            ApiVersion = "autoscaling/v2",
            Kind = "HorizontalPodAutoscaler",
            Metadata = KubernetesNames.Metadata(service, services.Application),
            Spec = new V2HorizontalPodAutoscalerSpec
            {
                ScaleTargetRef = new V2CrossVersionObjectReference
                {
                    ApiVersion = "apps/v1",
                    Kind = "Deployment",
                    Name = service.Name,
                },
                MinReplicas = autoscale.Min,
                MaxReplicas = autoscale.Max,
                Metrics =
                [
                    new V2MetricSpec
                    {
                        Type = "Resource",
                        Resource = new V2ResourceMetricSource
                        {
                            Name = "cpu",
                            Target = new V2MetricTarget { Type = "Utilization", AverageUtilization = autoscale.CpuPercent },
                        },
                    },
                ],
                // Starting a pod takes longer than a short burst lasts; ending one cuts its event streams.
                Behavior = new V2HorizontalPodAutoscalerBehavior { ScaleDown = new V2HPAScalingRules { StabilizationWindowSeconds = 300 } },
            },
        };
}
