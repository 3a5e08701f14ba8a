using System.Diagnostics;
using RagPy.Tests.Hosting.Publishing;
using Xunit;

namespace RagPy.Tests;

/// <summary>A folder of <c>tools/</c> that only tests use, with its npm packages, installed on first use as its lock file pins them.</summary>
internal static class NpmTool
{
    private static readonly SemaphoreSlim s_installing = new(1);

    /// <summary>Gives a copy of the folder, with its packages, outside of the sources.</summary>
    /// <param name="name">The folder below <c>tools/</c>, named after the package that it is for.</param>
    public static async Task<string> FindAsync(string name)
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

            if (!Directory.Exists(Path.Combine(folder, "node_modules", name)))
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
