namespace RagPy.Hosting.Dcp;

internal sealed record ExecutableStatus
{
    public string? State { get; init; }

    public int? Pid { get; init; }

    public DateTimeOffset? StartupTimestamp { get; init; }

    public DateTimeOffset? FinishTimestamp { get; init; }

    /// <summary>-1 after a kill.</summary>
    public int? ExitCode { get; init; }

    /// <summary>Arguments and variables with what the templates in them became.</summary>
    public IReadOnlyList<string>? EffectiveArgs { get; init; }

    public IReadOnlyList<NameValue>? EffectiveEnv { get; init; }

    /// <summary>The process exists.</summary>
    public bool IsRunning => State is "Running";

    /// <summary>It ended, or never was.</summary>
    public bool HasEnded => State is "Finished" or "Terminated" or "FailedToStart" or "NotFound" or "Unknown";
}
