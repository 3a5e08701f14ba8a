namespace RagPy.Core.Sources;

/// <summary>Bibliographic data of one item, as the source has it; empty strings where it says nothing.</summary>
public sealed record SourceItem
{
    /// <summary>Identity within the project: <c>library/item</c>.</summary>
    public required string Key { get; init; }

    /// <summary>The eight-character Zotero key, or empty.</summary>
    public string ZoteroKey { get; init; } = "";

    /// <summary><c>users/123</c>, <c>groups/456</c>, or empty when the source does not tell.</summary>
    public string Library { get; init; } = "";

    /// <summary>Zotero item type, e.g. <c>journalArticle</c>.</summary>
    public string Type { get; init; } = "";

    public string Title { get; init; } = "";

    public string Abstract { get; init; } = "";

    public IReadOnlyList<Creator> Creators { get; init; } = [];

    /// <summary>The date field as written: <c>2020</c>, <c>17 mai 2011</c>, <c>2020-2021</c>, <c>n.d.</c></summary>
    public string Date { get; init; } = "";

    public string Url { get; init; } = "";

    public string Doi { get; init; } = "";

    /// <summary>Language field as written (<c>fr</c>, <c>en-US</c>, <c>French</c>).</summary>
    public string Language { get; init; } = "";

    public string PublicationTitle { get; init; } = "";

    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Names of the Zotero collections that hold the item, sub-collections as <c>Parent/Child</c>.</summary>
    public IReadOnlyList<string> Collections { get; init; } = [];
}
