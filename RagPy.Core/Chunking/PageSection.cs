namespace RagPy.Core.Chunking;

/// <summary>Half-open range of a page's text that goes into chunks.</summary>
/// <param name="IsAside">It stands outside the running text.</param>
internal sealed record PageSection(int Start, int End, bool IsReferences, bool IsAside = false);
