using RagPy.Core.Sources;

namespace RagPy.Core.Search;

/// <summary>A passage found.</summary>
public sealed record SearchHit
{
    public required Guid DocumentId { get; init; }

    /// <summary>0-based number of the passage in its document.</summary>
    public required int Ordinal { get; init; }

    /// <summary>Rank value in the mode asked: fused score, cosine or BM25; comparable within one response only.</summary>
    public required double Score { get; init; }

    /// <summary>Cosine, when the passage is among the best of the dense side.</summary>
    public float? DenseScore { get; init; }

    /// <summary>BM25, when the passage is among the best of the sparse side.</summary>
    public float? SparseScore { get; init; }

    public required string Title { get; init; }

    public required IReadOnlyList<Creator> Creators { get; init; }

    /// <summary>First year of the date field, null when it names none.</summary>
    public int? Year { get; init; }

    /// <summary>Date field as written.</summary>
    public string Date { get; init; } = "";

    /// <summary>Zotero item type.</summary>
    public string Type { get; init; } = "";

    public string PublicationTitle { get; init; } = "";

    public string Url { get; init; } = "";

    public string Doi { get; init; } = "";

    /// <summary>Language of the analysis, <c>fr</c>, <c>en</c> or empty.</summary>
    public string Language { get; init; } = "";

    /// <summary>1-based index of the page that is cited: the quote's. Null for title and abstract, and for documents without pages.</summary>
    public int? PageIndex { get; init; }

    /// <summary>Printed label of that page, null where unknown.</summary>
    public string? PageLabel { get; init; }

    /// <summary>The section that is cited, of a document without pages (HTML, EPUB, a row of a CSV); null for any other.</summary>
    public CitedSection? Section { get; init; }

    /// <summary>The whole passage, as it stands in the document.</summary>
    public required string Passage { get; init; }

    /// <summary>The passage as a chat model cleaned it up, by which it is found; null where that is the same. Not to be quoted: marks, quote and boxes are the passage's.</summary>
    public string? CleanedPassage { get; init; }

    /// <summary>Words of the passage that match the query, as UTF-16 ranges of it, in order.</summary>
    public required IReadOnlyList<TextRange> Marks { get; init; }

    public required SearchQuote Quote { get; init; }

    /// <summary>Headings above the passage, outermost first.</summary>
    public IReadOnlyList<string> HeadingPath { get; init; } = [];

    /// <summary>The passage lies in the list of references.</summary>
    public bool IsReferences { get; init; }

    /// <summary>Path of the file as the source names it; empty without a file.</summary>
    public string FilePath { get; init; } = "";

    /// <summary>Lower-case hexadecimal SHA-256 of the file, null without a file.</summary>
    public string? FileHash { get; init; }

    /// <summary>Every item of the project that has this file, this result's first.</summary>
    public required IReadOnlyList<ItemReference> Items { get; init; }

    /// <summary>An approximate embedding had a part in this result (DESIGN §4.10).</summary>
    public bool Approximate { get; init; }
}
