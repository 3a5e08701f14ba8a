using System.Globalization;

namespace RagPy.LocalServices;

/// <summary>A process that runs, told from a later one with the same number by the time it started.</summary>
internal sealed class ProcessIdentity
{
    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(500);
    private readonly string _file;
    private readonly string? _started;

    private ProcessIdentity(string file)
    {
        _file = file;
        _started = Started(file);
    }

    /// <summary>Takes note of the process that has this number now.</summary>
    public static ProcessIdentity Of(int process) => new($"/proc/{process.ToString(CultureInfo.InvariantCulture)}/stat");

    /// <summary>Waits until it has ended; at once when there was none.</summary>
    public async Task WaitForEndAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(s_poll);

        while (_started is not null && Started(_file) == _started)
        {
            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }

    /// <summary>Start in clock ticks since boot; null when it has ended, if only to be waited for by its own parent.</summary>
    private static string? Started(string file)
    {
        try
        {
            var text = File.ReadAllText(file);
            // number (name) state …: the name may hold blanks and brackets; the 22nd field is the start.
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');

            return fields[0] is "Z" or "X" ? null : fields[19];
        }
        catch (IOException)
        {
            return null;
        }
    }
}
