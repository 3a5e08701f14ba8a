namespace RagPy.Core.Pipeline;

/// <summary>A work item in the hands of this process. <paramref name="Fence"/> must still be the row's when the work is written down.</summary>
/// <param name="TraceParent">The task's trace, as W3C <c>traceparent</c>.</param>
internal sealed record ClaimedItem(
    long Id,
    long TaskId,
    long ProjectId,
    long SessionId,
    long PersonId,
    Guid? DocumentId,
    Stage Stage,
    Guid? Generation,
    long? ExtractionId,
    int Attempts,
    int Failures,
    long Fence,
    string? TraceParent
);
