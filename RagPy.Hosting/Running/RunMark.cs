using System.Text;

namespace RagPy.Hosting.Running;

/// <summary>
/// Every process of a run carries the run's data folder in a variable. That finds what is left of a run that was killed, grandchildren included, and cannot be
/// mistaken: a process's number may be given to another one, the environment it was started with stays.
/// </summary>
internal static class RunMark
{
    public const string Variable = "RAGPY_APPHOST_RUN";

    /// <summary>Numbers of the processes that carry the mark of a data folder. Only those whose environment may be read, which one's own are.</summary>
    public static IReadOnlyList<int> FindProcesses(string dataFolder)
    {
        var mark = Encoding.UTF8.GetBytes($"{Variable}={dataFolder}\0");
        var found = new List<int>();
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(directory), out var process) && process != Environment.ProcessId && Carries(directory, mark))
            {
                found.Add(process);
            }
        }

        return found;
    }

    private static bool Carries(string directory, byte[] mark)
    {
        try
        {
            var environment = File.ReadAllBytes(Path.Combine(directory, "environ")).AsSpan();
            var at = environment.IndexOf(mark);

            return at == 0 || (at > 0 && environment[at - 1] == 0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Somebody else's, or gone.
            return false;
        }
    }
}
