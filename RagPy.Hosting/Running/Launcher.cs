using System.Globalization;

namespace RagPy.Hosting.Running;

/// <summary>The <c>dotnet run</c> that started us. When it is killed, nobody is left to stop us with Ctrl-C.</summary>
internal static class Launcher
{
    private static readonly TimeSpan s_poll = TimeSpan.FromSeconds(1);

    /// <summary>Returns when <c>dotnet run</c> has ended before us; never when something else started us.</summary>
    public static async Task WaitForEndAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        var parent = Parent();
        if (!IsDotNetRun(parent))
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }

        using var timer = new PeriodicTimer(s_poll, time);
        while (Parent() == parent)
        {
            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }

    /// <summary>The process whose child we are now: an orphan gets another one.</summary>
    private static int Parent()
    {
        var status = File.ReadAllText("/proc/self/stat");

        // The second field, in brackets, may hold anything.
        var fields = status[(status.LastIndexOf(')') + 2)..].Split(' ');

        return int.Parse(fields[1], NumberStyles.None, CultureInfo.InvariantCulture);
    }

    private static bool IsDotNetRun(int process)
    {
        try
        {
            var command = File.ReadAllText($"/proc/{process}/cmdline").Split('\0');

            return Path.GetFileName(command[0]) == "dotnet" && command.Contains("run");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
