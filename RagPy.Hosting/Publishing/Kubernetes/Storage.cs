using k8s.Models;

namespace RagPy.Hosting.Publishing.Kubernetes;

/// <summary>Writes claims of storage.</summary>
internal static class Storage
{
    /// <summary>One node writes.</summary>
    public const string OneWriter = "ReadWriteOnce";

    /// <summary>Every replica writes, on whichever node it is.</summary>
    public const string ManyWriters = "ReadWriteMany";

    private static readonly long s_size = 20L << 30;

    public static V1PersistentVolumeClaim Claim(string name, string mode) =>
        new()
        {
            ApiVersion = "v1",
            Kind = "PersistentVolumeClaim",
            Metadata = new V1ObjectMeta { Name = name },
            Spec = new V1PersistentVolumeClaimSpec
            {
                AccessModes = [mode],
                Resources = new V1VolumeResourceRequirements
                {
                    Requests = new Dictionary<string, ResourceQuantity> { ["storage"] = KubernetesNames.Size(s_size) },
                },
            },
        };
}
