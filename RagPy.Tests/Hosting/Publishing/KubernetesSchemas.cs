using System.Diagnostics;
using Xunit;

namespace RagPy.Tests.Hosting.Publishing;

/// <summary>The npm package with the schemas of Kubernetes' API, installed on first use as <c>tools/kubernetes-models</c> pins it.</summary>
internal static class KubernetesSchemas
{
    private static readonly SemaphoreSlim s_installing = new(1);

    /// <summary>Path of the program that validates.</summary>
    public static async Task<string> FindValidatorAsync()
    {
        var folder = Path.Combine(Repository.Root, "artifacts", "kubernetes-models");
        await s_installing.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            Directory.CreateDirectory(folder);
            foreach (var file in Directory.EnumerateFiles(Path.Combine(Repository.Root, "tools", "kubernetes-models")))
            {
                File.Copy(file, Path.Combine(folder, Path.GetFileName(file)), overwrite: true);
            }

            if (!Directory.Exists(Path.Combine(folder, "node_modules", "kubernetes-models")))
            {
                var (exitCode, output) = await PublishedTopology.RunAsync(
                    new ProcessStartInfo("npm", ["ci", "--no-audit", "--no-fund"]) { WorkingDirectory = folder },
                    input: null
                );
                Assert.True(exitCode == 0, output);
            }
        }
        finally
        {
            s_installing.Release();
        }

        return Path.Combine(folder, "validate.js");
    }
}
