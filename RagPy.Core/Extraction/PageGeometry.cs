namespace RagPy.Core.Extraction;

/// <summary>Word boxes of one page, compactly encoded. Placeholder header; see the encoder for the layout.</summary>
public static class PageGeometry;
