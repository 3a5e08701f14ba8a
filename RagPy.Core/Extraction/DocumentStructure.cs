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
) : ExtractedPart;
