namespace RagPy.Core.Pipeline;

/// <summary>State of a work item. The number is stored.</summary>
public enum WorkItemState
{
    Pending = 1,
    Leased = 2,
    Done = 3,
    Failed = 4,
    Cancelled = 5,
}
