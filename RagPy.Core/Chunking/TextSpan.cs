namespace RagPy.Core.Chunking;

/// <summary>Half-open range of UTF-16 units in the stored text of one page (1-based).</summary>
public readonly record struct TextSpan(int PageIndex, int Start, int End);
