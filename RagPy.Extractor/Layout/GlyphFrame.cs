namespace RagPy.Extractor.Layout;

/// <summary>
/// The glyphs of one page that are written in one direction. Its axes are u, along the writing direction, and v, downwards across it, so
/// that every later step sees upright text whatever the rotation.
/// </summary>
internal sealed class GlyphFrame(int degrees)
{
    private readonly double _cos = Exact(Math.Cos(degrees * Math.PI / 180));
    private readonly double _sin = Exact(Math.Sin(degrees * Math.PI / 180));

    /// <summary>Writing direction, counter-clockwise from rightwards, 0 … 359.</summary>
    public int Degrees { get; } = degrees;

    /// <summary>In the order of the content stream.</summary>
    public List<Glyph> Glyphs { get; } = [];

    /// <summary>From page space (origin bottom left, y upwards) to this frame.</summary>
    public (float U, float V) FromPage(double x, double y) => ((float)((x * _cos) + (y * _sin)), (float)((x * _sin) - (y * _cos)));

    /// <summary>Bounds in displayed page space (origin top left, y downwards) of a rectangle of this frame.</summary>
    public (float X0, float Y0, float X1, float Y1) ToPage(float u0, float v0, float u1, float v1, float pageHeight)
    {
        var (ax, ay) = Corner(u0, v0, pageHeight);
        var (bx, by) = Corner(u1, v1, pageHeight);
        if (Degrees % 90 == 0)
        {
            return (MathF.Min(ax, bx), MathF.Min(ay, by), MathF.Max(ax, bx), MathF.Max(ay, by));
        }

        var (cx, cy) = Corner(u0, v1, pageHeight);
        var (dx, dy) = Corner(u1, v0, pageHeight);
        return (
            MathF.Min(MathF.Min(ax, bx), MathF.Min(cx, dx)),
            MathF.Min(MathF.Min(ay, by), MathF.Min(cy, dy)),
            MathF.Max(MathF.Max(ax, bx), MathF.Max(cx, dx)),
            MathF.Max(MathF.Max(ay, by), MathF.Max(cy, dy))
        );
    }

    private (float X, float Y) Corner(float u, float v, float pageHeight) =>
        ((float)((u * _cos) + (v * _sin)), (float)(pageHeight - ((u * _sin) - (v * _cos))));

    private static double Exact(double value) => Math.Abs(value - Math.Round(value)) < 1e-9 ? Math.Round(value) : value;
}
