using RagPy.Hosting.Dcp;

namespace RagPy.Hosting.Running;

/// <summary>What is known of a process at one moment.</summary>
internal sealed record ReplicaStatus
{
    public ReplicaState State { get; init; }

    /// <summary>Null until its health has been asked for.</summary>
    public HealthFinding? Health { get; init; }

    public int? Pid { get; init; }

    /// <summary>When the process began.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended; null while it runs.</summary>
    public DateTimeOffset? StoppedAt { get; init; }

    /// <summary>-1 after a kill; null while it runs.</summary>
    public int? ExitCode { get; init; }

    /// <summary>Why it is not running.</summary>
    public string? Reason { get; init; }

    /// <summary>What it was started with last.</summary>
    public ExecutableSpec? Spec { get; init; }
}
