namespace RagPy.Core.Search;

/// <summary>The sentence of a passage that answers best, and where it stands.</summary>
/// <param name="Text">The sentence as the passage has it.</param>
/// <param name="Start">First UTF-16 unit in the passage.</param>
/// <param name="End">One past the last unit.</param>
/// <param name="Highlights">Its parts by page, in reading order; empty for text that has no page (title and abstract).</param>
public sealed record SearchQuote(string Text, int Start, int End, IReadOnlyList<PageHighlight> Highlights);
