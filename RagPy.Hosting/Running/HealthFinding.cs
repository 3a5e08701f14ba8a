namespace RagPy.Hosting.Running;

/// <summary>What a process answered when it was asked about its health.</summary>
/// <param name="Problem">Null when it is healthy.</param>
internal sealed record HealthFinding(string? Problem, DateTimeOffset At);
