namespace RagPy.Tests.Hosting.Publishing;

/// <summary>The npm package with the schemas of Kubernetes' API.</summary>
internal static class KubernetesSchemas
{
    /// <summary>Path of the program that validates.</summary>
    public static async Task<string> FindValidatorAsync() =>
        Path.Combine(await NpmTools.InstallAsync("kubernetes-models", "kubernetes-models"), "validate.js");
}
