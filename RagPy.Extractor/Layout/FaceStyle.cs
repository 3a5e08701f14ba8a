namespace RagPy.Extractor.Layout;

/// <summary>What layout needs of a font.</summary>
/// <param name="Ascent">Height above the baseline, in em.</param>
/// <param name="Descent">Depth below the baseline, in em, positive.</param>
internal readonly record struct FaceStyle(float Ascent, float Descent, bool Bold, bool Italic);
