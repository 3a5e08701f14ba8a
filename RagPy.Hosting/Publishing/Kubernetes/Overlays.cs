using System.Globalization;
using System.Text;

namespace RagPy.Hosting.Publishing.Kubernetes;

/// <summary>Writes the overlays: what the base declares, for one small node and for large ones.</summary>
internal static class Overlays
{
    private const string SmallHeader = """
        # Published from RagPy.AppHost/Program.cs; do not edit.
        # One node with 8 GB of memory: a quarter of what the base keeps free, half of its limits, one replica of everything, a volume that one node writes.

        """;

    private const string LargeHeader = """
        # Published from RagPy.AppHost/Program.cs; do not edit.
        # Nodes with 32 GB and more: twice what the base keeps free and allows, and twice its replicas.

        """;

    public static IEnumerable<PublishedFile> Make(PublishedServices services)
    {
        yield return new PublishedFile(
            "overlays/small/kustomization.yaml",
            SmallHeader
                + Kustomization(services, new Size(Limits: 0.5, Requests: 0.25, Replicas: null, SharedVolumeMode: Storage.OneWriter))
        );
        yield return new PublishedFile(
            "overlays/large/kustomization.yaml",
            LargeHeader + Kustomization(services, new Size(Limits: 2, Requests: 2, Replicas: 2, SharedVolumeMode: null))
        );
    }

    private static string Kustomization(PublishedServices services, Size size)
    {
        var text = new StringBuilder();
        text.Append("apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n  - ../../base\npatches:\n");
        foreach (var service in services.All)
        {
            AddResources(text, service, size);
            AddReplicas(text, service, size);
        }

        if (size.SharedVolumeMode is { } mode)
        {
            foreach (
                var name in services
                    .All.Where(service => service.Project is not null)
                    .SelectMany(PodTemplates.Volumes)
                    .Select(mount => mount.Source!)
                    .Distinct()
            )
            {
                Add(text, "PersistentVolumeClaim", name, ("/spec/accessModes", $"[{mode}]"));
            }
        }

        return text.ToString();
    }

    private static void AddResources(StringBuilder text, PublishedService service, Size size)
    {
        if (service.Limits is not { Cpus: { } cpus, Memory: { } memory, ReserveCpus: { } reserveCpus, ReserveMemory: { } reserveMemory })
        {
            return;
        }

        var kind =
            service.IsJob ? "Job"
            : service.Project is null ? "StatefulSet"
            : "Deployment";
        var limits = $"{{cpu: {KubernetesNames.Cpus(cpus * size.Limits)}, memory: {KubernetesNames.Size((long)(memory * size.Limits))}}}";
        var requests =
            $"{{cpu: {KubernetesNames.Cpus(reserveCpus * size.Requests)}, memory: {KubernetesNames.Size((long)(reserveMemory * size.Requests))}}}";
        Add(
            text,
            kind,
            service.IsJob ? $"{service.Name}-.*" : service.Name,
            ("/spec/template/spec/containers/0/resources", $"{{limits: {limits}, requests: {requests}}}")
        );
    }

    private static void AddReplicas(StringBuilder text, PublishedService service, Size size)
    {
        if (service.Autoscale is not { } autoscale)
        {
            return;
        }

        var min = size.Replicas is { } factor ? autoscale.Min * factor : 1;
        var max = size.Replicas is { } many ? autoscale.Max * many : Math.Max(1, autoscale.Min);
        Add(
            text,
            "HorizontalPodAutoscaler",
            service.Name,
            ("/spec/minReplicas", min.ToString(CultureInfo.InvariantCulture)),
            ("/spec/maxReplicas", max.ToString(CultureInfo.InvariantCulture))
        );
    }

    private static void Add(StringBuilder text, string kind, string name, params ReadOnlySpan<(string Path, string Value)> changes)
    {
        text.Append($"  - target:\n      kind: {kind}\n      name: {name}\n    patch: |\n");
        foreach (var (path, value) in changes)
        {
            text.Append($"      - op: replace\n        path: {path}\n        value: {value}\n");
        }
    }

    /// <summary>How an overlay differs from the base.</summary>
    /// <param name="Replicas">Factor of replicas; null for one of each.</param>
    /// <param name="SharedVolumeMode">Who may write the volume of several services; null for the base's.</param>
    private sealed record Size(double Limits, double Requests, int? Replicas, string? SharedVolumeMode);
}
