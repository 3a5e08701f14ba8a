namespace RagPy.Core.Extraction;

/// <summary>A word (or the part of one that stands on one line) and its box, in the coordinates of <see cref="PageGeometry"/>.</summary>
/// <param name="Start">First UTF-16 unit in the page text.</param>
/// <param name="End">One past the last UTF-16 unit.</param>
/// <param name="X0">Left edge in points.</param>
/// <param name="Y0">Top edge in points.</param>
/// <param name="X1">Right edge in points.</param>
/// <param name="Y1">Bottom edge in points.</param>
public readonly record struct WordBox(int Start, int End, float X0, float Y0, float X1, float Y1);
