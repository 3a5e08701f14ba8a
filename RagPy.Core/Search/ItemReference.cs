namespace RagPy.Core.Search;

/// <summary>An item that has the file of a result.</summary>
/// <param name="Key">Zotero key, or the source's own where there is none.</param>
public sealed record ItemReference(string Key, string Title);
