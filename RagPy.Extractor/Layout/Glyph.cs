using System.Runtime.InteropServices;

namespace RagPy.Extractor.Layout;

/// <summary>One shown glyph in the coordinates of its <see cref="GlyphFrame"/>.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct Glyph
{
    /// <summary>Its characters; one space for any white space; empty once another glyph has taken it over.</summary>
    public string Text;

    /// <summary>Start of the advance along the writing direction, in points.</summary>
    public float U0;

    /// <summary>End of the advance; character spacing within a shown string is included, so that letter-spaced text has no gaps.</summary>
    public float U1;

    /// <summary>Baseline across the writing direction, growing downwards, in points.</summary>
    public float V;

    /// <summary>Height of the em square in points.</summary>
    public float Size;

    /// <summary>Index of its face in <see cref="GlyphPage.Faces"/>.</summary>
    public ushort Face;

    public GlyphKind Kind;
}
