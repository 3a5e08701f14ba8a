namespace RagPy.Core.Pipeline;

/// <summary>As many sessions are in work as may be at once.</summary>
public sealed class TooManySessionsException(int limit)
    : Exception($"{limit:N0} sessions are in work, as many as may be at once (MAX_ACTIVE_SESSIONS). Try again when one has ended.");
