using Aspire.Hosting.ApplicationModel;
using k8s.Models;

namespace RagPy.Hosting.Publishing.Kubernetes;

/// <summary>Writes pods: unprivileged, on file systems that cannot be written, without the cluster's credentials (Pod Security level "restricted").</summary>
internal sealed class PodTemplates(PublishedServices services)
{
    private const string ChecksumAnnotation = "ragpy/config";
    private const string SharedMemory = "shared-memory";

    /// <summary>
    /// Seconds from the order to stop to the end by force: the wait below, the gateway's five seconds of draining, thirty for requests under way, and the worker's
    /// twelve to hand its work back, none of which follow each other.
    /// </summary>
    private const int StopGrace = 90;

    /// <summary>Seconds in which callers learn that a pod goes, before it does.</summary>
    private const string StopDelay = "10";

    private static readonly long s_scratch = 1L << 30;

    public V1PodTemplateSpec Make(PublishedService service)
    {
        var environment = new PodEnvironment(service);
        var migration = service
            .Waits.Where(wait => wait.Type == WaitType.WaitForCompletion)
            .Select(wait => Container(services[wait.Service], new PodEnvironment(services[wait.Service])))
            .ToList();

        return new V1PodTemplateSpec
        {
            Metadata = new V1ObjectMeta
            {
                Labels = KubernetesNames.Labels(service, services.Application),
                Annotations =
                    environment.Visible.Count > 0 ? new Dictionary<string, string> { [ChecksumAnnotation] = environment.Checksum } : null,
            },
            Spec = new V1PodSpec
            {
                // Its variables would take the place of ours: REDIS_PORT is one of them.
                EnableServiceLinks = false,
                AutomountServiceAccountToken = false,
                TerminationGracePeriodSeconds = StopGrace,
                SecurityContext = new V1PodSecurityContext
                {
                    RunAsNonRoot = true,
                    RunAsUser = service.User,
                    RunAsGroup = service.User,
                    FsGroup = service.User,
                    FsGroupChangePolicy = "OnRootMismatch",
                    SeccompProfile = new V1SeccompProfile { Type = "RuntimeDefault" },
                },
                // What the job does once for a release is made sure of for every pod: it finds nothing to do.
                InitContainers = migration.Count == 0 ? null : migration,
                Containers = [Container(service, environment)],
                Volumes = Volumes(service, migration.Count > 0),
                RestartPolicy = service.IsJob ? "OnFailure" : null,
                TopologySpreadConstraints = service.Project is null || service.IsJob ? null : [Spread(service)],
            },
        };
    }

    private static V1TopologySpreadConstraint Spread(PublishedService service) =>
        new()
        {
            MaxSkew = 1,
            TopologyKey = "kubernetes.io/hostname",
            WhenUnsatisfiable = "ScheduleAnyway",
            LabelSelector = new V1LabelSelector { MatchLabels = KubernetesNames.Selector(service) },
        };

    private static V1Container Container(PublishedService service, PodEnvironment environment) =>
        new()
        {
            Name = service.Name,
            Image = service.Project is { } project ? $"{project.Repository}:{project.Tag}" : service.Image,
            ImagePullPolicy = "IfNotPresent",
            Command = Command(service),
            Args = Arguments(service),
            EnvFrom =
                environment.Visible.Count == 0
                    ? null
                    : [new V1EnvFromSource { ConfigMapRef = new V1ConfigMapEnvSource { Name = KubernetesNames.ConfigMap(service) } }],
            Env = environment.Variables,
            Ports = Ports(service),
            StartupProbe = KubernetesProbes.Make(service, ProbeType.Startup),
            ReadinessProbe = KubernetesProbes.Make(service, ProbeType.Readiness),
            LivenessProbe = KubernetesProbes.Make(service, ProbeType.Liveness),
            Lifecycle =
                service.Project is null || service.IsJob
                    ? null
                    : new V1Lifecycle { PreStop = new V1LifecycleHandler { Exec = new V1ExecAction { Command = ["sleep", StopDelay] } } },
            Resources = Resources(service),
            SecurityContext = new V1SecurityContext
            {
                AllowPrivilegeEscalation = false,
                ReadOnlyRootFilesystem = true,
                RunAsNonRoot = true,
                RunAsUser = service.User,
                Capabilities = new V1Capabilities { Drop = ["ALL"] },
            },
            VolumeMounts =
            [
                .. Volumes(service)
                    .Select(mount => new V1VolumeMount
                    {
                        Name = mount.Source,
                        MountPath = mount.Target,
                        ReadOnlyProperty = mount.IsReadOnly ? true : null,
                    }),
                .. OwnVolumes(service).Select(mount => new V1VolumeMount { Name = OwnName(mount), MountPath = mount.Target }),
                .. service.Scratch.Select(folder => new V1VolumeMount { Name = ScratchName(folder), MountPath = folder }),
                .. service.Server is { SharedMemory: > 0 }
                    ? new[]
                    {
                        new V1VolumeMount { Name = SharedMemory, MountPath = "/dev/shm" },
                    }
                    : [],
            ],
        };

    private static IList<string>? Command(PublishedService service) =>
        service.Server is { Start: not null } server ? [server.Shell, "-c"]
        : service.Resource is ContainerResource { Entrypoint: { } entrypoint } ? [entrypoint]
        : null;

    private static IList<string>? Arguments(PublishedService service) =>
        service.Server?.Start is { } start ? [start(variable => $"${variable}")]
        : service.Arguments.Count == 0 ? null
        : [.. service.Arguments.Select(text => PodEnvironment.Escape(text.Render(part => PodEnvironment.Show(part, service))))];

    private static IList<V1ContainerPort>? Ports(PublishedService service)
    {
        var ports = KubernetesPorts
            .Of(service)
            .Select(port => new V1ContainerPort { Name = port.Name, ContainerPort = port.Number })
            .ToList();

        return ports.Count == 0 ? null : ports;
    }

    private static V1ResourceRequirements? Resources(PublishedService service) =>
        service.Limits is { } limits
            ? new V1ResourceRequirements
            {
                Limits = Quantities(limits.Cpus, limits.Memory),
                Requests = Quantities(limits.ReserveCpus, limits.ReserveMemory),
            }
            : null;

    private static Dictionary<string, ResourceQuantity>? Quantities(double? cpus, long? memory)
    {
        var quantities = new Dictionary<string, ResourceQuantity>();
        if (cpus is { } cores)
        {
            quantities["cpu"] = KubernetesNames.Cpus(cores);
        }

        if (memory is { } bytes)
        {
            quantities["memory"] = KubernetesNames.Size(bytes);
        }

        return quantities.Count == 0 ? null : quantities;
    }

    private IList<V1Volume> Volumes(PublishedService service, bool hasMigration)
    {
        var volumes = new List<V1Volume>();
        if (service.Project is not null)
        {
            // Those of servers are made by their stateful set, one for each.
            volumes.AddRange(
                Volumes(service)
                    .Select(mount => new V1Volume
                    {
                        Name = mount.Source,
                        PersistentVolumeClaim = new V1PersistentVolumeClaimVolumeSource { ClaimName = mount.Source },
                    })
            );
            // The pod's own, and gone with it. What fits in is for the node to say.
            volumes.AddRange(
                OwnVolumes(service).Select(mount => new V1Volume { Name = OwnName(mount), EmptyDir = new V1EmptyDirVolumeSource() })
            );
        }

        var scratch = hasMigration
            ? service.Scratch.Concat(services.All.Where(one => one.IsJob).SelectMany(one => one.Scratch)).Distinct()
            : service.Scratch;
        volumes.AddRange(
            scratch.Select(folder => new V1Volume
            {
                Name = ScratchName(folder),
                EmptyDir = new V1EmptyDirVolumeSource { SizeLimit = KubernetesNames.Size(s_scratch) },
            })
        );
        if (service.Server is { SharedMemory: > 0 and var size })
        {
            volumes.Add(
                new V1Volume
                {
                    Name = SharedMemory,
                    EmptyDir = new V1EmptyDirVolumeSource { Medium = "Memory", SizeLimit = KubernetesNames.Size(size) },
                }
            );
        }

        return volumes;
    }

    /// <summary>Folders of a host are not there in a cluster: what they hold comes by other ways.</summary>
    public static IEnumerable<ContainerMountAnnotation> Volumes(PublishedService service) =>
        service.Mounts.Where(mount => mount is { Type: ContainerMountType.Volume, Source: not null });

    private static IEnumerable<ContainerMountAnnotation> OwnVolumes(PublishedService service) =>
        service.Project is null ? [] : service.Mounts.Where(mount => mount is { Type: ContainerMountType.Volume, Source: null });

    private static string OwnName(ContainerMountAnnotation mount) => $"own{mount.Target.Replace('/', '-')}";

    private static string ScratchName(string folder) => $"scratch{folder.Replace('/', '-')}";
}
