namespace RagPy.Core.Extraction;

/// <summary>A highlight box, upright, in the coordinates of <see cref="PageGeometry"/>.</summary>
/// <param name="X0">Left edge in points.</param>
/// <param name="Y0">Top edge in points.</param>
/// <param name="X1">Right edge in points.</param>
/// <param name="Y1">Bottom edge in points.</param>
public readonly record struct PageQuad(float X0, float Y0, float X1, float Y1);
