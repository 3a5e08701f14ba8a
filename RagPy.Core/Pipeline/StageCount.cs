namespace RagPy.Core.Pipeline;

/// <summary>Work items of a task in one stage and state.</summary>
public sealed record StageCount(Stage Stage, WorkItemState State, int Count);
