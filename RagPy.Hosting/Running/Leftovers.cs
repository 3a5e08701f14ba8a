namespace RagPy.Hosting.Running;

/// <summary>Ends the processes of a run that nobody looks after any more.</summary>
internal static class Leftovers
{
    /// <summary>What SIGKILL does not end within this time hangs in the kernel, and nobody can end it.</summary>
    private static readonly TimeSpan s_killed = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(50);

    /// <summary>Asks them to end, and makes those that do not.</summary>
    /// <param name="grace">How long they have for it.</param>
    /// <returns>How many there were.</returns>
    public static async Task<int> EndAsync(string dataFolder, TimeSpan grace, TimeProvider time, CancellationToken cancellationToken)
    {
        var left = RunMark.FindProcesses(dataFolder);
        var count = left.Count;
        Signal(left, Signals.Terminate);
        var begin = time.GetTimestamp();
        while (left.Count > 0 && time.GetElapsedTime(begin) < grace + s_killed)
        {
            if (time.GetElapsedTime(begin) >= grace)
            {
                Signal(left, Signals.Kill);
            }

            await Task.Delay(s_poll, time, cancellationToken);
            left = RunMark.FindProcesses(dataFolder);
        }

        return count;
    }

    private static void Signal(IEnumerable<int> processes, int signal)
    {
        foreach (var process in processes)
        {
            Signals.Send(process, signal);
        }
    }
}
