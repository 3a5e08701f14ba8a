namespace RagPy.Core.Chunking;

/// <summary>Half-open range of a page's text that goes into chunks.</summary>
internal sealed record PageSection(int Start, int End, bool IsReferences);
