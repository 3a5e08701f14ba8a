namespace RagPy.Core.Search;

/// <summary>An item that has the file of a result.</summary>
/// <param name="Key">Zotero key, or the source's own where there is none.</param>
/// <param name="Library">Zotero library, e.g. <c>users/123</c> or <c>groups/456</c>; empty where unknown.</param>
public sealed record ItemReference(string Key, string Title, string Library = "");
