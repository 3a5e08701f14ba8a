using RagPy.Core.Pipeline;

namespace RagPy.Api.Contracts;

/// <summary>A request to run a session's documents through the stages, and how far it has come.</summary>
/// <param name="SourceRead">The source has been read to its end: the number of documents is final.</param>
/// <param name="Error">Why the task failed or was taken over by another; null otherwise.</param>
/// <param name="Documents">Documents the task has taken on.</param>
/// <param name="Done">Of these, indexed.</param>
/// <param name="Failed">Of these, ended with a reason.</param>
/// <param name="Cancelled">Of these, stopped by a cancellation; the next run takes them up.</param>
/// <param name="Added">Documents the source had for the first time.</param>
/// <param name="Changed">Documents known before that were taken up again.</param>
/// <param name="Unchanged">Documents that needed no work.</param>
/// <param name="Removed">Documents deleted because the source has them no longer.</param>
/// <param name="PagesDone">Pages whose text is there.</param>
/// <param name="NeedsOcrPages">Of these, pages without a usable text layer.</param>
/// <param name="ChunksWithoutVector">Passages of the indexed documents that the embedder refused: found by their words alone.</param>
/// <param name="Stages">Documents per stage and state.</param>
/// <param name="RemainingSeconds">Estimate of the time left; null while none can be given.</param>
/// <param name="Failures">Failed documents, oldest first; at most 1,000, in events at most 100.</param>
/// <param name="Notes">What was taken from the source in another way than it stands there, in sentences.</param>
internal sealed record TaskView(
    long Id,
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
    int ChunksWithoutVector,
    IReadOnlyList<StageCount> Stages,
    double ElapsedSeconds,
    double DocumentsPerSecond,
    double PagesPerSecond,
    double? RemainingSeconds,
    IReadOnlyList<FailureView> Failures,
    IReadOnlyList<string> Notes
);
