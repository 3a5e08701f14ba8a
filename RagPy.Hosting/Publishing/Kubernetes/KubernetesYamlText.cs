using k8s;

namespace RagPy.Hosting.Publishing.Kubernetes;

/// <summary>Writes an object as YAML.</summary>
internal static class KubernetesYamlText
{
    /// <summary>One document; ends with a line feed.</summary>
    public static string Write(object value) => $"{KubernetesYaml.Serialize(value).ReplaceLineEndings("\n").TrimEnd()}\n";
}
