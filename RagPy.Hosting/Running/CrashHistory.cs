namespace RagPy.Hosting.Running;

/// <summary>Decides whether and when a process that died is started again.</summary>
internal sealed class CrashHistory(TimeProvider time)
{
    /// <summary>A process that ran this long has earned a new beginning.</summary>
    private static readonly TimeSpan s_stable = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan[] s_pauses =
    [
        TimeSpan.FromSeconds(0.2),
        TimeSpan.FromSeconds(1),
        TimeSpan.FromSeconds(2),
        TimeSpan.FromSeconds(4),
    ];

    private long _started;
    private int _crashes;

    /// <summary>How often it died without having run for long.</summary>
    public int Crashes => _crashes;

    /// <summary>The process is being started.</summary>
    public void NoteStart() => _started = time.GetTimestamp();

    /// <summary>The process died.</summary>
    /// <returns>How long to wait before it is started again; null when it is to stay down.</returns>
    public TimeSpan? NoteCrash()
    {
        if (time.GetElapsedTime(_started) >= s_stable)
        {
            _crashes = 0;
        }

        return ++_crashes <= s_pauses.Length ? s_pauses[_crashes - 1] : null;
    }
}
