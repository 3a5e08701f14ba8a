namespace RagPy.Core.Extraction;

/// <summary>Text of one page.</summary>
/// <param name="Index">1-based page index in the file.</param>
/// <param name="Label">Printed page label (<c>iv</c>, <c>1234</c>), or null when none is known. May still be null here and given by <see cref="DocumentStructure.Labels"/>.</param>
/// <param name="Engine">Engine that gave this page's text.</param>
/// <param name="Text">NFC; ligatures U+FB00–06 expanded; soft and line-end hyphens resolved; no U+0000, no lone surrogate. Lines end in <c>\n</c>, blocks are separated by a blank line. All offsets elsewhere are UTF-16 units into this string.</param>
/// <param name="Width">Page width in PDF points (crop box, rotation applied).</param>
/// <param name="Height">Page height in PDF points.</param>
/// <param name="Geometry">Word boxes in the encoding of <see cref="PageGeometry"/>; empty when the engine has none.</param>
/// <param name="NeedsOcr">The text layer is missing or garbled and the page has something to recognise.</param>
public sealed record ExtractedPage(
    int Index,
    string? Label,
    string Engine,
    string Text,
    float Width,
    float Height,
    ReadOnlyMemory<byte> Geometry,
    bool NeedsOcr
) : ExtractedPart;
