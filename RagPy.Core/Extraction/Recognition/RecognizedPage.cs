namespace RagPy.Core.Extraction.Recognition;

/// <summary>The text of a page as an engine read it.</summary>
/// <param name="Index">1-based page index in the file.</param>
/// <param name="Text">In the form of <see cref="ExtractedPage.Text"/>; empty when there is nothing to read.</param>
/// <param name="Geometry">Word boxes in the encoding of <see cref="PageGeometry"/>; empty when the engine gives none.</param>
/// <param name="Regions">Marked ranges of the text, in order, not overlapping.</param>
internal sealed record RecognizedPage(int Index, string Text, byte[] Geometry, IReadOnlyList<TextRegion> Regions);
