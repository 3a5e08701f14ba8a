using System.Diagnostics;
using System.Globalization;
using RagPy.Hosting.Running;

namespace RagPy.Hosting.Dcp;

/// <summary>Starts the orchestrator.</summary>
internal static class DcpProcess
{
    private const int ShutdownSeconds = 8;
    private const int MaxTries = 2;

    // It takes one to four seconds, and much longer on a machine that is busy otherwise.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(10);

    /// <summary>Variables that would reach through the orchestrator to what it runs.</summary>
    private static readonly string[] s_hidden =
    [
        "ASPNETCORE_URLS",
        "ASPNETCORE_ENVIRONMENT",
        "DOTNET_ENVIRONMENT",
        "DOTNET_LAUNCH_PROFILE",
    ];

    /// <summary>Starts it in a session of its own, so that Ctrl-C in the terminal is not for it; it ends by itself when this process has ended, however.</summary>
    /// <param name="program">Path of <c>dcp</c>.</param>
    /// <param name="containerRuntime"><c>docker</c> or <c>podman</c>; null when there are no containers.</param>
    /// <exception cref="DcpException">It did not start; the message has its last words.</exception>
    public static async Task<DcpConnection> StartAsync(
        string program,
        RunFolder folder,
        string? containerRuntime,
        CancellationToken cancellationToken
    )
    {
        for (var tries = 1; ; tries++)
        {
            if (await TryStartAsync(program, folder, containerRuntime, cancellationToken) is { } connection)
            {
                return connection;
            }

            await Leftovers.EndAsync(folder.Data, TimeSpan.Zero, TimeProvider.System, cancellationToken);
            if (tries == MaxTries)
            {
                throw new DcpException(
                    Explain($"The orchestrator was not ready after {MaxTries} times {s_patience.TotalSeconds:0} s", folder)
                );
            }
        }
    }

    private static async Task<DcpConnection?> TryStartAsync(
        string program,
        RunFolder folder,
        string? containerRuntime,
        CancellationToken cancellationToken
    )
    {
        File.Delete(folder.KubeConfig);
        using var process = Process.Start(Describe(program, folder, containerRuntime))!;
        await process.WaitForExitAsync(cancellationToken);
        if (process.ExitCode != 0)
        {
            throw new DcpException(Explain($"The orchestrator could not be started (code {process.ExitCode})", folder));
        }

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(s_patience);
        try
        {
            while (true)
            {
                if (DcpConnection.TryRead(folder.KubeConfig) is { } connection)
                {
                    // What is read may be the half of a line that looks whole, and the API answers some time after the file is there.
                    if (await DcpClient.IsReadyAsync(connection, patience.Token))
                    {
                        return connection;
                    }

                    connection.Dispose();
                }

                await Task.Delay(s_poll, patience.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    private static ProcessStartInfo Describe(string program, RunFolder folder, string? containerRuntime)
    {
        // Into a file and not into pipes of ours: writing into those after our end would kill it before it has cleaned up.
        var start = new ProcessStartInfo("/bin/sh")
        {
            ArgumentList =
            {
                "-c",
                """exec "$0" start-apiserver --detach --kubeconfig "$1" --monitor "$2" --monitor-interval 1 ${4:+--container-runtime "$4"} >"$3" 2>&1 </dev/null""",
                program,
                folder.KubeConfig,
                Environment.ProcessId.ToString(CultureInfo.InvariantCulture),
                folder.OrchestratorLog,
            },
        };
        if (containerRuntime is not null)
        {
            start.ArgumentList.Add(containerRuntime);
        }

        foreach (var name in s_hidden)
        {
            start.Environment.Remove(name);
        }

        start.Environment["DCP_SESSION_FOLDER"] = folder.Session;
        start.Environment["DCP_SHUTDOWN_TIMEOUT_SECONDS"] = ShutdownSeconds.ToString(CultureInfo.InvariantCulture);
        start.Environment["HOME"] = folder.Home;
        start.Environment["XDG_CACHE_HOME"] = folder.Cache;
        start.Environment[RunMark.Variable] = folder.Data;

        return start;
    }

    private static string Explain(string what, RunFolder folder)
    {
        var words = File.Exists(folder.OrchestratorLog) ? File.ReadLines(folder.OrchestratorLog).TakeLast(3) : [];

        return $"{what}: {string.Join(" | ", words)}. See {folder.OrchestratorLog}.";
    }
}
