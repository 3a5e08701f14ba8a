using RagPy.Core.Extraction.Recognition;

namespace RagPy.Core.Estimates;

/// <summary>What a project has of one document.</summary>
/// <param name="Length">Size of the file it was made from.</param>
/// <param name="IsDone">It is in the index.</param>
/// <param name="Pages">Pages of its last extraction; null when there is none.</param>
/// <param name="Unread">Of these, without usable text.</param>
/// <param name="Options">Of that extraction; null when there is none.</param>
/// <param name="Generation">The generation whose passages are there; null when there are none.</param>
/// <param name="Embedder">Whose vectors that generation has or is to have.</param>
internal sealed record KnownWork(long Length, bool IsDone, int? Pages, int Unread, string? Options, Guid? Generation, string Embedder)
{
    /// <summary>Pages that a run would have recognised.</summary>
    public int PagesToRead(RecognitionPlan plan) =>
        plan.IsEmpty || Options is null || !RecognitionMark.IsToBeRead(Options, Unread, plan.ReadsAll, retries: false) ? 0
        : plan.ReadsAll ? Pages ?? 0
        : Unread;
}
