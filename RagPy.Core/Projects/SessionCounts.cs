namespace RagPy.Core.Projects;

/// <summary>Numbers of one session.</summary>
/// <param name="Documents">Documents that the source holds, and abstracts that stand in for files without text.</param>
/// <param name="Indexed">Of these, those that search sees.</param>
/// <param name="Failed">Of these, those that ended with a reason.</param>
/// <param name="Pages">Pages of their files.</param>
/// <param name="NeedsOcrPages">Of these, pages without a usable text layer.</param>
/// <param name="Chunks">Passages in the index.</param>
public sealed record SessionCounts(int Documents, int Indexed, int Failed, int Pages, int NeedsOcrPages, long Chunks)
{
    /// <summary>Of these, passages that the embedder refused: found by their words alone.</summary>
    public long ChunksWithoutVector { get; init; }
}
