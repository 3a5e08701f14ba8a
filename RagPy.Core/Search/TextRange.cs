namespace RagPy.Core.Search;

/// <summary>Half-open range of UTF-16 units.</summary>
public readonly record struct TextRange(int Start, int End);
