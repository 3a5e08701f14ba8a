using System.Runtime.InteropServices;

namespace RagPy.Extractor.Layout;

/// <summary>Glyphs set without a space between them, on one baseline.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct Word
{
    /// <summary>First of its glyphs in the frame.</summary>
    public int First;

    public int Count;
    public float U0;
    public float U1;

    /// <summary>Its own baseline.</summary>
    public float V;

    public float Size;

    /// <summary>Baseline of the line it belongs to; differs from <see cref="V"/> for superscripts and subscripts.</summary>
    public float LineV;

    /// <summary>Em size of that line.</summary>
    public float LineSize;

    public ushort Face;

    /// <summary>All kinds met among its glyphs.</summary>
    public GlyphKind Kinds;

    /// <summary>White space was shown between it and the word before.</summary>
    public bool SpaceBefore;

    /// <summary>It follows the word before in the content stream, on the same line.</summary>
    public bool FollowsPrevious;

    public readonly float Middle => (U0 + U1) / 2;

    public readonly float Top => V - (0.75f * Size);

    public readonly float Bottom => V + (0.22f * Size);

    public readonly bool IsRightToLeft => (Kinds & GlyphKind.RightToLeft) != 0;

    public readonly bool IsRaisedOrLowered => LineV != V;
}
