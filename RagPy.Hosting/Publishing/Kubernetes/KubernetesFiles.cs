using System.Text;
using k8s;
using k8s.Models;

namespace RagPy.Hosting.Publishing.Kubernetes;

/// <summary>A kustomize base and two overlays.</summary>
internal static class KubernetesFiles
{
    private const string Header = "# Published from RagPy.AppHost/Program.cs; do not edit. What differs belongs into an overlay.\n";
    private const string Base = "base";

    public static IReadOnlyList<PublishedFile> Make(PublishedServices services)
    {
        var workloads = new Workloads(services);
        var access = new ClusterAccess(services);
        var files = new List<PublishedFile> { Objects("namespace", [Namespace()]), Objects("storage", SharedClaims(services)) };
        files.AddRange(services.All.Select(service => Objects(service.Name, workloads.Make(service))));
        files.Add(Objects("network-policies", access.Policies()));
        if (access.Ingress() is { } ingress)
        {
            files.Add(Objects("ingress", [ingress]));
        }

        files.RemoveAll(file => file.Content == Header);
        files.Insert(0, new PublishedFile($"{Base}/kustomization.yaml", Header + Kustomization(services, files)));
        files.AddRange(Overlays.Make(services));

        return files;
    }

    private static PublishedFile Objects(string name, IEnumerable<IKubernetesObject<V1ObjectMeta>> objects) =>
        new($"{Base}/{name}.yaml", Header + string.Join("---\n", objects.Select(KubernetesYamlText.Write)));

    private static V1Namespace Namespace() =>
        new()
        {
            ApiVersion = "v1",
            Kind = "Namespace",
            Metadata = new V1ObjectMeta
            {
                Name = KubernetesNames.Namespace,
                Labels = new Dictionary<string, string>
                {
                    ["pod-security.kubernetes.io/enforce"] = "restricted",
                    ["pod-security.kubernetes.io/warn"] = "restricted",
                },
            },
        };

    /// <summary>What replicas on several nodes write together.</summary>
    private static IEnumerable<V1PersistentVolumeClaim> SharedClaims(PublishedServices services) =>
        services
            .All.Where(service => service.Project is not null)
            .SelectMany(PodTemplates.Volumes)
            .Select(mount => mount.Source!)
            .Distinct()
            .Select(name => Storage.Claim(name, Storage.ManyWriters));

    private static string Kustomization(PublishedServices services, IEnumerable<PublishedFile> files)
    {
        var text = new StringBuilder();
        text.Append("apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n");
        text.Append($"namespace: {KubernetesNames.Namespace}\n");
        text.Append("resources:\n");
        foreach (var file in files)
        {
            text.Append($"  - {file.Path[(Base.Length + 1)..]}\n");
        }

        text.Append("# Where the images are, and which version of them: an overlay's list of the same form wins.\nimages:\n");
        foreach (var image in services.All.Select(service => service.Project).OfType<ProjectImage>().Distinct())
        {
            text.Append($"  - name: {image.Repository}\n    newName: {image.Repository}\n    newTag: {image.Tag}\n");
        }

        return text.ToString();
    }
}
