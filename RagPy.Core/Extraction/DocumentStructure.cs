using RagPy.Core.Pipeline;

namespace RagPy.Core.Extraction;

/// <summary>What is known only after the last page: labels, furniture, headings, reference lists, outline.</summary>
/// <param name="PageCount">Number of pages in the file.</param>
/// <param name="Labels">Printed label of each page by position (null where unknown); as long as <paramref name="PageCount"/>.</param>
/// <param name="Regions">Marked ranges, ordered by page, then start; ranges of one page do not overlap.</param>
/// <param name="Outline">Bookmarks in reading order.</param>
/// <param name="NeedsOcrPages">1-based indexes of pages without usable text.</param>
/// <param name="Title">Title from the file's metadata, or null.</param>
/// <param name="Language">Language from the catalog's <c>/Lang</c>, or null.</param>
public sealed record DocumentStructure(
    int PageCount,
    IReadOnlyList<string?> Labels,
    IReadOnlyList<TextRegion> Regions,
    IReadOnlyList<OutlineEntry> Outline,
    IReadOnlyList<int> NeedsOcrPages,
    string? Title,
    string? Language
) : ExtractedPart
{
    /// <summary>Why pages of <see cref="NeedsOcrPages"/> could not be recognised, where that was tried; null where it was not.</summary>
    public IReadOnlyList<UnreadPages>? Unread { get; init; }

    /// <summary>Why a document none of whose pages gave text ends: <c>needs_ocr</c> when there is something to recognise, else <c>empty</c>.</summary>
    public Failure FailureWithoutText() =>
        NeedsOcrPages.Count > 0
            ? new Failure(
                FailureCode.NeedsOcr,
                $"No page has a usable text layer; {NeedsOcrPages.Count} of {PageCount} pages need optical character recognition."
            )
            : new Failure(FailureCode.Empty, $"The file has {PageCount} {(PageCount == 1 ? "page" : "pages")} and nothing to read.");
}
