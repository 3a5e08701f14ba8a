using System.Security.Cryptography;

namespace RagPy.LocalServices;

/// <summary>Finds the programs of npm packages, and installs them when they are not there yet.</summary>
public static class ToolPackages
{
    private const string Partial = ".partial";

    /// <summary>The folder that holds the package's <c>node_modules</c>; installs it there first when it is not there yet.</summary>
    /// <param name="progress">Gets lines while something is downloaded; null for none.</param>
    /// <returns>An absolute path. A folder of the user's (<see cref="LocalServicesOptions.PreparedTools"/>) when one is given: then nothing is ever downloaded.</returns>
    /// <remarks>
    /// Processes that want the same package wait for the one that installs it. It is made beside and renamed when whole, in a folder named after the pinned
    /// versions: an interrupted installation is never taken for a whole one, and an update never replaces files under a program that runs.
    /// </remarks>
    /// <exception cref="LocalServicesException">It is not there and cannot be installed; the message says what to do.</exception>
    public static async Task<string> EnsureAsync(
        ToolPackage package,
        LocalServicesOptions options,
        IProgress<string>? progress,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(package);
        ArgumentNullException.ThrowIfNull(options);

        if (options.PreparedTools is { } prepared)
        {
            return Prepared(package, prepared)
                ?? throw new LocalServicesException(
                    $"RAGPY_TOOLS names {prepared}, which has no {package.Module}; run 'npm ci' in a copy of tools/{package.Name} and name the folder above it, or {package.Otherwise}."
                );
        }

        var target = Target(package, options);

        if (package.IsIn(target))
        {
            return target;
        }

        try
        {
            Directory.CreateDirectory(options.ToolsDirectory);
            using var installing = await TakeTurnAsync(package, options, progress, cancellationToken);

            if (!package.IsIn(target))
            {
                await InstallAsync(package, options.Npm, target, progress, cancellationToken);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LocalServicesException(
                $"{package.Title} could not be installed into {options.ToolsDirectory} ({e.Message}); name a folder you may write to in RAGPY_DATA, or {package.Otherwise}.",
                e
            );
        }

        return target;
    }

    /// <summary>The folder that <see cref="EnsureAsync"/> would return without installing anything; null when it would have to.</summary>
    public static string? Find(ToolPackage package, LocalServicesOptions options)
    {
        ArgumentNullException.ThrowIfNull(package);
        ArgumentNullException.ThrowIfNull(options);

        if (options.PreparedTools is { } prepared)
        {
            return Prepared(package, prepared);
        }

        var target = Target(package, options);

        return package.IsIn(target) ? target : null;
    }

    /// <summary>The pinned versions, as they lie beside this program.</summary>
    private static string Pins(ToolPackage package) => Path.Combine(AppContext.BaseDirectory, "tools", package.Name);

    /// <summary>Either each package in a folder of its own, as in <c>tools/</c>, or all in one.</summary>
    private static string? Prepared(ToolPackage package, string folder) =>
        new[] { Path.Combine(folder, package.Name), folder }.FirstOrDefault(package.IsIn);

    private static string Target(ToolPackage package, LocalServicesOptions options)
    {
        var pinned = File.ReadAllBytes(Path.Combine(Pins(package), "package-lock.json"));

        return Path.Combine(options.ToolsDirectory, $"{package.Name}-{Convert.ToHexStringLower(SHA256.HashData(pinned))[..12]}");
    }

    private static async Task<FileLock> TakeTurnAsync(
        ToolPackage package,
        LocalServicesOptions options,
        IProgress<string>? progress,
        CancellationToken cancellationToken
    )
    {
        var path = Path.Combine(options.ToolsDirectory, $"{package.Name}.lock");

        if (FileLock.TryTake(path, exclusive: true) is { } taken)
        {
            return taken;
        }

        progress?.Report($"{package.Title}: another process is installing it; waiting …");

        return await FileLock.TakeAsync(path, exclusive: true, cancellationToken);
    }

    private static async Task InstallAsync(
        ToolPackage package,
        string npm,
        string target,
        IProgress<string>? progress,
        CancellationToken cancellationToken
    )
    {
        RemovePartials(package, Path.GetDirectoryName(target)!);
        DemandSpace(package, target);

        // A name of its own for each try: npm may outlive an installer that is killed, and goes on writing.
        var partial = $"{target}.{Guid.NewGuid():n}"[..(target.Length + 9)] + Partial;
        Directory.CreateDirectory(partial);

        try
        {
            foreach (var file in Directory.EnumerateFiles(Pins(package)))
            {
                File.Copy(file, Path.Combine(partial, Path.GetFileName(file)));
            }

            await NpmInstall.RunAsync(package, npm, partial, progress, cancellationToken);

            if (Directory.Exists(target))
            {
                Directory.Delete(target, recursive: true);
            }

            Directory.Move(partial, target);
        }
        catch
        {
            TryRemove(partial);
            throw;
        }
    }

    private static void DemandSpace(ToolPackage package, string target)
    {
        var free = new DriveInfo(Path.GetDirectoryName(target)!).AvailableFreeSpace / 1_000_000;

        if (free < package.Megabytes)
        {
            throw new LocalServicesException(NpmInstall.DiskFull(package, $"{free} MB are free"));
        }
    }

    private static void RemovePartials(ToolPackage package, string directory)
    {
        foreach (var left in Directory.EnumerateDirectories(directory, $"{package.Name}-*{Partial}"))
        {
            TryRemove(left);
        }
    }

    private static void TryRemove(string directory)
    {
        try
        {
            Directory.Delete(directory, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Never taken for an installation; the next one tries again to remove it.
        }
    }
}
