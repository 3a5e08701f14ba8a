namespace RagPy.Core.Search;

/// <summary>What someone asks of one project. Filters that are null or empty do not filter; given ones must all hold.</summary>
public sealed record SearchRequest
{
    /// <summary>Largest <see cref="Top"/>.</summary>
    public const int MaxTop = 100;

    /// <summary>Words or a question; not blank.</summary>
    public required string Query { get; init; }

    public SearchMode Mode { get; init; } = SearchMode.Hybrid;

    public FusionMethod Fusion { get; init; } = FusionMethod.MinMax;

    /// <summary>Results wanted, 1–100.</summary>
    public int Top { get; init; } = 10;

    /// <summary>Family name of a creator, in any case, with or without accents and particles; what follows a comma is not looked at.</summary>
    public string? Author { get; init; }

    /// <summary>First year, inclusive.</summary>
    public int? YearFrom { get; init; }

    /// <summary>Last year, inclusive.</summary>
    public int? YearTo { get; init; }

    /// <summary>Tags that the item must all have; case does not count.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Name or path (<c>Parent/Child</c>) of a Zotero collection; its sub-collections count as well.</summary>
    public string? Collection { get; init; }

    /// <summary>Zotero item type, e.g. <c>journalArticle</c>.</summary>
    public string? Type { get; init; }

    /// <summary>Language, in any spelling that Zotero users write (<c>fr</c>, <c>en-US</c>, <c>French</c>).</summary>
    public string? Language { get; init; }
}
