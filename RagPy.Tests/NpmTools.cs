using System.Diagnostics;
using RagPy.Tests.Hosting.Publishing;
using Xunit;

namespace RagPy.Tests;

/// <summary>Programs from npm that only tests need, installed on first use into <c>artifacts/</c> as a folder below <c>tools/</c> pins them.</summary>
internal static class NpmTools
{
    private static readonly SemaphoreSlim s_installing = new(1);

    /// <summary>Folder with the files of <c>tools/{name}</c> and its <c>node_modules</c>.</summary>
    /// <param name="module">A package that is there once all are.</param>
    public static async Task<string> InstallAsync(string name, string module)
    {
        var folder = Path.Combine(Repository.Root, "artifacts", name);
        await s_installing.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            Directory.CreateDirectory(folder);
            foreach (var file in Directory.EnumerateFiles(Path.Combine(Repository.Root, "tools", name)))
            {
                File.Copy(file, Path.Combine(folder, Path.GetFileName(file)), overwrite: true);
            }

            if (!Directory.Exists(Path.Combine(folder, "node_modules", module)))
            {
                var (exitCode, output) = await PublishedTopology.RunAsync(
                    new ProcessStartInfo("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"]) { WorkingDirectory = folder },
                    input: null
                );
                Assert.True(exitCode == 0, output);
            }
        }
        finally
        {
            s_installing.Release();
        }

        return folder;
    }
}
