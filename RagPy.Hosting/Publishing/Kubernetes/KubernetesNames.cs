using System.Globalization;
using k8s.Models;

namespace RagPy.Hosting.Publishing.Kubernetes;

/// <summary>Names, labels and quantities that several objects share.</summary>
internal static class KubernetesNames
{
    public const string NameLabel = "app.kubernetes.io/name";
    public const string Namespace = "ragpy";

    /// <summary>The secret that whoever deploys makes; a key for each value.</summary>
    public const string Secret = "ragpy-secrets";

    private const string PartOfLabel = "app.kubernetes.io/part-of";
    private const string ComponentLabel = "app.kubernetes.io/component";

    /// <summary>Labels that a workload selects its pods by; they never change.</summary>
    public static Dictionary<string, string> Selector(PublishedService service) => new() { [NameLabel] = service.Name };

    public static Dictionary<string, string> Labels(PublishedService service, string application) =>
        new()
        {
            [NameLabel] = service.Name,
            [ComponentLabel] =
                service.IsJob ? "job"
                : service.Project is null ? "server"
                : "service",
            [PartOfLabel] = application,
        };

    public static V1ObjectMeta Metadata(PublishedService service, string application, string? name = null) =>
        new() { Name = name ?? service.Name, Labels = Labels(service, application) };

    public static string ConfigMap(PublishedService service) => $"{service.Name}-config";

    public static ResourceQuantity Cpus(double cores) =>
        new(
            cores == Math.Floor(cores)
                ? cores.ToString(CultureInfo.InvariantCulture)
                : string.Create(CultureInfo.InvariantCulture, $"{cores * 1000:0}m")
        );

    /// <summary>The largest unit that gives a whole number.</summary>
    public static ResourceQuantity Size(long bytes)
    {
        foreach (var (suffix, shift) in new[] { ("Gi", 30), ("Mi", 20), ("Ki", 10) })
        {
            if (bytes % (1L << shift) == 0)
            {
                return new ResourceQuantity(string.Create(CultureInfo.InvariantCulture, $"{bytes >> shift}{suffix}"));
            }
        }

        return new ResourceQuantity(bytes.ToString(CultureInfo.InvariantCulture));
    }
}
