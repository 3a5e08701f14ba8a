namespace RagPy.Core.Pipeline;

/// <summary>The work on an item is not to go on for now, through no fault of its own: it waits, with the reason, and looks again by itself.</summary>
internal sealed class PausedException(Failure reason) : Exception(reason.Reason)
{
    /// <summary>How long until the next look; whatever ends the pause shortens it.</summary>
    public static readonly TimeSpan Wait = TimeSpan.FromMinutes(1);

    public Failure Reason { get; } = reason;
}
