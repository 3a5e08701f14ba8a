using System.Globalization;

namespace RagPy.LocalServices.Postgres;

/// <summary>Processes that an earlier server left on the same data directory, after its RagPy.LocalServices was killed.</summary>
/// <remarks>
/// They are recognised by their command lines in <c>/proc</c>, which every user may read: the data directory's path for the server itself, the cluster's name in
/// the titles of its children. The number in <c>postmaster.pid</c> is not believed, for after a reboot it may be anybody's.
/// </remarks>
internal static class PredecessorProcesses
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(20);

    /// <summary>Ends them and removes their <c>postmaster.pid</c>. Only for the holder of the lock on <see cref="PostgresFiles.Running"/>.</summary>
    public static async Task EndAsync(PostgresCluster cluster, CancellationToken cancellationToken)
    {
        await SignalUntilGoneAsync(cluster, NativeMethods.SignalQuit, cancellationToken);
        await SignalUntilGoneAsync(cluster, NativeMethods.SignalKill, cancellationToken);
        var left = Find(cluster);

        if (left.Count > 0)
        {
            throw new LocalServicesException(
                $"An earlier PostgreSQL (process {left[0]}) still uses {cluster.Data} and cannot be ended; end it, or name another folder in RAGPY_DATA."
            );
        }

        // PostgreSQL would refuse to start if the number in it belonged to an unrelated process by now.
        File.Delete(Path.Combine(cluster.Data, "postmaster.pid"));
    }

    private static async Task SignalUntilGoneAsync(PostgresCluster cluster, int signal, CancellationToken cancellationToken)
    {
        var signalled = new HashSet<int>();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(s_patience);

        while (Find(cluster) is { Count: > 0 } found)
        {
            foreach (var process in found.Where(signalled.Add))
            {
                _ = NativeMethods.Kill(process, signal);
            }

            try
            {
                await Task.Delay(s_poll, patience.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private static List<int> Find(PostgresCluster cluster)
    {
        List<int> found = [];

        foreach (var directory in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(directory), NumberStyles.None, CultureInfo.InvariantCulture, out var process))
            {
                if (Belongs(Path.Combine(directory, "cmdline"), cluster))
                {
                    found.Add(process);
                }
            }
        }

        return found;
    }

    private static bool Belongs(string commandLineFile, PostgresCluster cluster)
    {
        try
        {
            var arguments = File.ReadAllText(commandLineFile).Split('\0');

            return arguments[0].StartsWith($"postgres: {cluster.Name}:", StringComparison.Ordinal)
                || (Path.GetFileName(arguments[0]) == "postgres" && arguments.Contains(cluster.Data));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Ended while we looked, or hidden from us and therefore not ours.
            return false;
        }
    }
}
