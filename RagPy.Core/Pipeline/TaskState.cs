namespace RagPy.Core.Pipeline;

/// <summary>State of a task. The number is stored.</summary>
public enum TaskState
{
    Pending = 1,
    Running = 2,

    /// <summary>Every document ended; some may have failed.</summary>
    Completed = 3,
    Cancelled = 4,

    /// <summary>The source itself could not be read.</summary>
    Failed = 5,
}
