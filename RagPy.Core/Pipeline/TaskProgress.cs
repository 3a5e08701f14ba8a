namespace RagPy.Core.Pipeline;

/// <summary>Where a task stands.</summary>
/// <param name="SourceRead">The source has been read to its end: the numbers of documents are final.</param>
/// <param name="Error">Why the task failed or was taken over by another; null otherwise.</param>
/// <param name="Documents">Documents the task has taken on.</param>
/// <param name="Done">Of these, indexed.</param>
/// <param name="Failed">Of these, ended with a reason.</param>
/// <param name="Cancelled">Of these, stopped by a cancellation; the next run takes them up.</param>
/// <param name="Added">Documents the source had for the first time.</param>
/// <param name="Changed">Documents known before that were taken up again.</param>
/// <param name="Unchanged">Documents that needed no work.</param>
/// <param name="Removed">Documents deleted because the source has them no longer.</param>
/// <param name="PagesDone">Pages whose text is there, cached ones included.</param>
/// <param name="NeedsOcrPages">Of these, pages without a usable text layer.</param>
/// <param name="Stages">Numbers per stage and state, reading the source left out.</param>
/// <param name="Elapsed">Since the first work began, until the end or now.</param>
/// <param name="DocumentsPerSecond">Ended documents over <paramref name="Elapsed"/>.</param>
/// <param name="PagesPerSecond">Pages over <paramref name="Elapsed"/>.</param>
/// <param name="Remaining">Estimate of the time left; null while the source is being read or nothing has ended.</param>
/// <param name="Failures">Failed documents with their reasons, oldest first, at most <see cref="MaxFailures"/>.</param>
public sealed record TaskProgress(
    long TaskId,
    long ProjectId,
    long SessionId,
    TaskState State,
    bool SourceRead,
    string? Error,
    int Documents,
    int Done,
    int Failed,
    int Cancelled,
    int Added,
    int Changed,
    int Unchanged,
    int Removed,
    int PagesDone,
    int NeedsOcrPages,
    IReadOnlyList<StageCount> Stages,
    TimeSpan Elapsed,
    double DocumentsPerSecond,
    double PagesPerSecond,
    TimeSpan? Remaining,
    IReadOnlyList<DocumentFailure> Failures
)
{
    /// <summary>Most failures that one answer lists; <see cref="TaskService.ListFailuresAsync"/> has them all.</summary>
    public const int MaxFailures = 1000;

    /// <summary>What was taken from the source in another way than it stands there, in sentences for people.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Passages of the indexed documents that the embedder refused: found by their words alone.</summary>
    public int ChunksWithoutVector { get; init; }

    /// <summary>The task has ended, one way or another.</summary>
    public bool IsEnded => State is TaskState.Completed or TaskState.Cancelled or TaskState.Failed;
}
