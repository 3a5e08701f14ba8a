namespace RagPy.Core.Search;

/// <summary>Where a passage of a document without pages stands.</summary>
/// <param name="Index">1-based; as a page's index where the text of one is asked for.</param>
/// <param name="Label">Heading or chapter, null where the section has none.</param>
public sealed record CitedSection(int Index, string? Label);
