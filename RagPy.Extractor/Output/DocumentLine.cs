using RagPy.Extractor.Document;
using RagPy.Extractor.Pdf;

namespace RagPy.Extractor.Output;

/// <summary>The last line: what is known only after the last page.</summary>
/// <param name="Labels">One for each page, null where unknown.</param>
/// <param name="Regions">Ordered by page, then start; ranges of one page do not overlap.</param>
internal sealed record DocumentLine(
    IReadOnlyList<string?> Labels,
    IReadOnlyList<Region> Regions,
    IReadOnlyList<Bookmark> Outline,
    IReadOnlyList<int> NeedsOcrPages,
    string? Title,
    string? Language
);
