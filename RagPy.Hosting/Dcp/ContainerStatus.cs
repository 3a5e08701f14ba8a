namespace RagPy.Hosting.Dcp;

internal sealed record ContainerStatus
{
    public string? State { get; init; }

    public int? ExitCode { get; init; }

    /// <summary>What went wrong.</summary>
    public string? Message { get; init; }

    public bool IsRunning => State is "Running";

    /// <summary>What runs containers does not answer.</summary>
    public bool IsWithoutRuntime => State is "RuntimeUnhealthy";

    /// <summary>It ended, or never was.</summary>
    public bool HasEnded => IsWithoutRuntime || State is "Exited" or "FailedToStart" or "Unknown";
}
