namespace RagPy.Core.Pipeline;

/// <summary>What a sweep saw.</summary>
/// <param name="Workers">Living workers.</param>
/// <param name="NextDue">When the next item that waits for its time may be claimed; null when none does.</param>
internal sealed record SweepResult(int Workers, DateTimeOffset? NextDue);
