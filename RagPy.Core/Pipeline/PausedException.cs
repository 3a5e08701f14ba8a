namespace RagPy.Core.Pipeline;

/// <summary>The work on an item is not to go on for now, through no fault of its own: it waits, with the reason, and looks again by itself.</summary>
/// <param name="reason">Null when it only gives others their turn.</param>
/// <param name="wait">How long until the next look; whatever ends the pause shortens it.</param>
internal sealed class PausedException(Failure? reason, TimeSpan? wait = null) : Exception(reason?.Reason)
{
    private static readonly TimeSpan s_wait = TimeSpan.FromMinutes(1);

    public TimeSpan Wait { get; } = wait ?? s_wait;

    public Failure? Reason { get; } = reason;
}
