namespace RagPy.Extractor.Layout;

/// <summary>What one page shows: glyphs by writing direction, and how much else.</summary>
internal sealed class GlyphPage(float width, float height, List<FaceStyle> faces)
{
    private GlyphFrame? _last;

    /// <summary>Width of the displayed page in points.</summary>
    public float Width { get; } = width;

    /// <summary>Height of the displayed page in points.</summary>
    public float Height { get; } = height;

    /// <summary>Styles of the document's fonts by <see cref="Glyph.Face"/>.</summary>
    public List<FaceStyle> Faces { get; } = faces;

    public List<GlyphFrame> Frames { get; } = [];

    /// <summary>Glyphs whose character is not known.</summary>
    public int UnmappedGlyphs { get; set; }

    /// <summary>Glyphs other than spaces, unmapped ones included.</summary>
    public int InkGlyphs { get; set; }

    /// <summary>Sum of the images' areas in square points.</summary>
    public double ImageArea { get; set; }

    /// <summary>Painted paths and shadings.</summary>
    public int PaintedPaths { get; set; }

    /// <summary>Curved segments: text turned into outlines has many.</summary>
    public int Curves { get; set; }

    /// <summary>The frame of a writing direction, made on first use.</summary>
    public GlyphFrame Frame(int degrees)
    {
        if (_last?.Degrees == degrees)
        {
            return _last;
        }

        foreach (var frame in Frames)
        {
            if (frame.Degrees == degrees)
            {
                return _last = frame;
            }
        }

        Frames.Add(_last = new GlyphFrame(degrees));
        return _last;
    }
}
