namespace RagPy.Hosting.Dcp;

internal sealed record ContainerStatus
{
    public string? State { get; init; }

    public int? ExitCode { get; init; }

    /// <summary>What went wrong.</summary>
    public string? Message { get; init; }

    public bool IsRunning => State is "Running";

    /// <summary>It ended, or never was.</summary>
    public bool HasEnded => State is "Exited" or "FailedToStart" or "Unknown";
}
