using RagPy.Core.Pipeline;
using RagPy.Core.Projects;

namespace RagPy.Api.Contracts;

/// <summary>One bibliographic item with at most one file.</summary>
/// <param name="ItemKey">Zotero key of its item, or the source's own where there is none.</param>
/// <param name="Authors">Creators of the item, <c>Family Given</c>, in order.</param>
/// <param name="Year">First year of the item's date, null when it names none.</param>
/// <param name="Type">Zotero item type.</param>
/// <param name="File">Name of its file; empty without one.</param>
/// <param name="Stage">The stage it is in, waits for, or ended in.</param>
/// <param name="Code">Why it failed, one of the closed list of failure codes; null otherwise.</param>
/// <param name="Reason">A sentence for people; null otherwise.</param>
/// <param name="CoveredByAbstract">The item is found by its title and abstract instead.</param>
/// <param name="Pages">Pages of its file.</param>
/// <param name="NeedsOcrPages">Of these, those without a usable text layer.</param>
/// <param name="PagesWithoutText">Which pages those are, and why where recognition was tried: one sentence for each reason.</param>
/// <param name="Chunks">Passages that search sees.</param>
/// <param name="ChunksWithoutVector">Of these, passages that the embedder refused: found by their words alone.</param>
/// <param name="PassagesWithoutVector">Which passages those are, and why: one sentence for each reason.</param>
/// <param name="HasFile">Its file is stored and can be had.</param>
internal sealed record DocumentView(
    Guid Id,
    long ProjectId,
    string ItemKey,
    string Title,
    IReadOnlyList<string> Authors,
    int? Year,
    string Type,
    string File,
    DocumentKind Kind,
    Stage Stage,
    DocumentProgress State,
    string? Code,
    string? Reason,
    bool CoveredByAbstract,
    int Pages,
    int NeedsOcrPages,
    IReadOnlyList<string> PagesWithoutText,
    int Chunks,
    int ChunksWithoutVector,
    IReadOnlyList<string> PassagesWithoutVector,
    bool HasFile
);
