using RagPy.Core.Pipeline;
using RagPy.Core.Sources;

namespace RagPy.Core.Projects;

/// <summary>A document as lists show it.</summary>
/// <param name="ItemKey">Zotero key of its item, or the source's own where there is none.</param>
/// <param name="Creators">Creators of the item, in order.</param>
/// <param name="Year">First year of the item's date, null when it names none.</param>
/// <param name="FileName">Empty without a file.</param>
/// <param name="FileHash">Lower-case hexadecimal SHA-256 of the stored file, null without one.</param>
/// <param name="Stage">The stage it is in, waits for, or ended in.</param>
/// <param name="Failure">Why it failed, null otherwise.</param>
/// <param name="CoveredByAbstract">The item is found by its title and abstract instead.</param>
/// <param name="NeedsOcrPages">Of its pages, those without a usable text layer.</param>
/// <param name="Chunks">Passages that search sees.</param>
/// <param name="Position">0-based place in the source; 0 where the document is read by itself.</param>
public sealed record DocumentOverview(
    Guid Id,
    long ProjectId,
    string ItemKey,
    string Title,
    IReadOnlyList<Creator> Creators,
    int? Year,
    string Type,
    string FileName,
    string? FileHash,
    long FileLength,
    DocumentKind Kind,
    Stage Stage,
    DocumentProgress State,
    Failure? Failure,
    bool CoveredByAbstract,
    int Pages,
    int NeedsOcrPages,
    int Chunks,
    int Position
)
{
    /// <summary>Which pages have no text, and why where recognition was tried: one sentence for each reason.</summary>
    public IReadOnlyList<string> PagesWithoutText { get; init; } = [];

    /// <summary>Of its passages, those that the embedder refused: found by their words alone.</summary>
    public int ChunksWithoutVector { get; init; }

    /// <summary>Which passages those are, and why: one sentence for each reason.</summary>
    public IReadOnlyList<string> PassagesWithoutVector { get; init; } = [];
}
