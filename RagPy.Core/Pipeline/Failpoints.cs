namespace RagPy.Core.Pipeline;

/// <summary>
/// Ends the process on purpose, for the test that kills workers at stage boundaries. Does nothing unless the environment variable
/// <c>RAGPY_FAILPOINT</c> is set, as <c>stage:when:count</c>, e.g. <c>index:before:3</c>: the process ends, as by SIGKILL, the third time it gets there.
/// </summary>
internal sealed class Failpoints
{
    private readonly string? _place = Environment.GetEnvironmentVariable("RAGPY_FAILPOINT");
    private int _hits;

    /// <summary>A place where the process may end.</summary>
    /// <param name="when"><c>before</c> or <c>after</c> the work of a batch; <c>written</c> between points and switch.</param>
    public void Hit(Stage stage, string when)
    {
        if (_place is null)
        {
            return;
        }

        var parts = _place.Split(':');
        var isHere = parts.Length == 3 && parts[0].Equals(stage.ToString(), StringComparison.OrdinalIgnoreCase) && parts[1] == when;
        if (isHere && Interlocked.Increment(ref _hits) == int.Parse(parts[2], System.Globalization.CultureInfo.InvariantCulture))
        {
            using var self = System.Diagnostics.Process.GetCurrentProcess();
            self.Kill();
        }
    }
}
