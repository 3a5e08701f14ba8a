namespace RagPy.Core.Chunking;

/// <summary>A passage small enough to embed, tied to the page text it came from.</summary>
/// <param name="Ordinal">0-based position in the document.</param>
/// <param name="Text">Equals the page texts' slices at <paramref name="Spans"/>, joined by one line feed.</param>
/// <param name="Spans">At least one, in reading order.</param>
/// <param name="HeadingPath">Headings above the passage, outermost first; empty where unknown.</param>
/// <param name="TokenCount">Tokens of <paramref name="Text"/> in the vocabulary of text-embedding-3-large.</param>
/// <param name="IsReferences">The passage lies in the list of references.</param>
public sealed record Chunk(
    int Ordinal,
    string Text,
    IReadOnlyList<TextSpan> Spans,
    IReadOnlyList<string> HeadingPath,
    int TokenCount,
    bool IsReferences
);
