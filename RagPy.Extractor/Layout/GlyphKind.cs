namespace RagPy.Extractor.Layout;

/// <summary>What later steps must know about a glyph's characters without reading them again.</summary>
[Flags]
internal enum GlyphKind : byte
{
    None = 0,
    Space = 1,

    /// <summary>A spacing or combining diacritic that may belong to a letter beside it.</summary>
    Accent = 2,

    /// <summary>Written from right to left.</summary>
    RightToLeft = 4,

    /// <summary>Ideographic or kana: words are not separated by spaces.</summary>
    Ideographic = 8,
    Letter = 16,

    /// <summary>The font does not say which character it is.</summary>
    Unmapped = 32,
    Digit = 64,
}
