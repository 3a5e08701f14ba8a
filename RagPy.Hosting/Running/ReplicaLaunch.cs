using RagPy.Hosting.Dcp;

namespace RagPy.Hosting.Running;

/// <summary>How the processes of a resource are started and judged.</summary>
internal sealed record ReplicaLaunch
{
    /// <summary>Describes a process; called anew for each start.</summary>
    /// <remarks>The argument identifies the replica in telemetry.</remarks>
    public required Func<string, CancellationToken, Task<ExecutableSpec>> DescribeAsync { get; init; }

    /// <summary>Services that the processes serve.</summary>
    public IReadOnlyList<ServedService> Serves { get; init; } = [];

    /// <summary>Asks a process, by its name, whether it is healthy; gives the reason when it is not. Null: it is as soon as it runs.</summary>
    public Func<string, CancellationToken, Task<string?>>? FindProblemAsync { get; init; }

    /// <summary>Lists those that may be asked, for others who ask the processes themselves; null when nobody does.</summary>
    public ReplicaList? Listed { get; init; }

    /// <summary>Port that a process, by its name, serves the listed endpoint on.</summary>
    public Func<string, int?> FindPort { get; init; } = _ => null;

    /// <summary>A process that ends with code 0 has done its work, and is not started again.</summary>
    public bool MayFinish { get; init; }
}
