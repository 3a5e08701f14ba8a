using RagPy.Extractor.Layout;

namespace RagPy.Extractor.Pdf;

/// <summary>What a font says about one character code.</summary>
/// <param name="Text">Clean characters.</param>
/// <param name="Width">Advance in em.</param>
/// <param name="Height">Height of the font's box in text space; only known, and only needed, for Type 3 fonts.</param>
internal sealed record GlyphInfo(string Text, GlyphKind Kind, double Width, double Height);
