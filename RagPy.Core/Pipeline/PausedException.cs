namespace RagPy.Core.Pipeline;

/// <summary>The work on an item is not to go on for now, through no fault of its own: it waits, with the reason, and looks again by itself.</summary>
/// <param name="reason">What the item says meanwhile; null for nothing.</param>
/// <param name="wait">How long until the next look; null for a minute. Whatever ends the pause shortens it.</param>
internal sealed class PausedException(Failure? reason, TimeSpan? wait = null) : Exception(reason?.Reason ?? "The work goes on later.")
{
    public TimeSpan Wait { get; } = wait ?? TimeSpan.FromMinutes(1);

    public Failure? Reason { get; } = reason;
}
