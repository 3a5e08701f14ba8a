using System.Diagnostics;
using System.Text.Json;
using Aspire.Hosting;
using RagPy.LocalServices;

namespace RagPy.Hosting.Tools;

/// <summary>Aspire's command line carries orchestrator and dashboard in itself; this unpacks them, once for each version.</summary>
internal static class AspireBundle
{
    private const int UnpackedMegabytes = 320;

    /// <summary>The programs; installs and unpacks what is not there yet.</summary>
    /// <param name="progress">Gets a line for each step that takes noticeable time.</param>
    /// <exception cref="LocalServicesException">They cannot be had; the message says what to do.</exception>
    /// <exception cref="DistributedApplicationException">They cannot be unpacked.</exception>
    public static async Task<AspireTools> EnsureAsync(
        LocalServicesOptions options,
        IProgress<string>? progress,
        CancellationToken cancellationToken
    )
    {
        var package = await ToolPackages.EnsureAsync(ToolPackage.Aspire, options, progress, cancellationToken);
        var module = ToolPackage.Aspire.ModuleIn(package);
        var home = Home(options, module);
        var tools = InHome(home);
        if (!tools.Exist)
        {
            await UnpackAsync(Path.Combine(module, ToolPackage.Aspire.Program), home, progress, cancellationToken);
        }

        return tools.Exist
            ? tools
            : throw new DistributedApplicationException(
                $"Aspire's command line unpacked no orchestrator and dashboard into {home}; remove that folder and start again."
            );
    }

    /// <summary>The programs if nothing has to be installed or unpacked for them; null otherwise.</summary>
    public static AspireTools? Find(LocalServicesOptions options) =>
        ToolPackages.Find(ToolPackage.Aspire, options) is { } package
        && InHome(Home(options, ToolPackage.Aspire.ModuleIn(package))) is { Exist: true } tools
            ? tools
            : null;

    /// <summary>A folder for each version: an update never replaces programs that run. The package's own may be read-only.</summary>
    private static string Home(LocalServicesOptions options, string module)
    {
        using var manifest = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(module, "package.json")));

        return Path.Combine(options.ToolsDirectory, $"aspire-bundle-{manifest.RootElement.GetProperty("version").GetString()}");
    }

    /// <summary>The command line knows its bundle by this place in its home folder, and unpacks elsewhere only to reject it.</summary>
    private static string Installation(string home) => Path.Combine(home, ".aspire");

    private static AspireTools InHome(string home) => new(Path.Combine(Installation(home), "bundle"));

    private static async Task UnpackAsync(string commandLine, string home, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        progress?.Report($"Aspire's orchestrator and dashboard: unpacking {UnpackedMegabytes} MB, first use only …");
        try
        {
            Directory.CreateDirectory(home);
            var free = new DriveInfo(home).AvailableFreeSpace / 1_000_000;
            if (free < UnpackedMegabytes)
            {
                throw new DistributedApplicationException(
                    $"Aspire's orchestrator and dashboard need {UnpackedMegabytes} MB in {home} and only {free} MB are free; free some space, or name a folder elsewhere in RAGPY_DATA."
                );
            }

            var (code, output) = await RunAsync(commandLine, home, cancellationToken);
            if (code != 0)
            {
                throw new DistributedApplicationException(
                    $"Aspire's orchestrator and dashboard could not be unpacked into {home} (code {code}): {output}"
                );
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or System.ComponentModel.Win32Exception)
        {
            throw new DistributedApplicationException(
                $"Aspire's orchestrator and dashboard could not be unpacked into {home} ({e.Message}); name a folder you may write to in RAGPY_DATA.",
                e
            );
        }
    }

    /// <summary>The command line locks its folder while it unpacks: two of it at once do no harm.</summary>
    private static async Task<(int Code, string Output)> RunAsync(string commandLine, string home, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(commandLine)
        {
            ArgumentList = { "setup", "--non-interactive", "--nologo", "--install-path", Installation(home) },
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = home,
            Environment =
            {
                ["HOME"] = home,
                ["ASPIRE_CLI_TELEMETRY_OPTOUT"] = "1",
                ["NO_COLOR"] = "1",
            },
        };
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var error = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            var lines = $"{await output}\n{await error}".Split(
                '\n',
                StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries
            );

            return (process.ExitCode, string.Join(" ", lines.TakeLast(3)));
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }
}
