using System.Runtime.InteropServices;

namespace RagPy.Extractor.Document;

/// <summary>A line as the passes over the whole document see it.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct DigestLine
{
    /// <summary>Range in the page's text.</summary>
    public int Start,
        End;

    /// <summary>The line's text where it may be a heading or furniture, else null.</summary>
    public string? Text;

    /// <summary>Vertical extent in points from the top.</summary>
    public float Y0,
        Y1;
    public float X0,
        X1;
    public float Size;
    public bool Bold;
    public bool Italic;
    public bool StartsBlock;
    public bool Sideways;
    public bool Furniture;

    /// <summary>A footnote or a caption.</summary>
    public bool Aside;
}
