using RagPy.Extractor.Layout;
using UglyToad.PdfPig.Core;

namespace RagPy.Extractor.Pdf;

/// <summary>Places the glyphs of one shown string. All of them share a writing direction, a size and a baseline.</summary>
internal readonly struct GlyphWriter
{
    private readonly GlyphPage _page;
    private readonly FontFace _face;
    private readonly GlyphFrame _frame;

    /// <summary>Where the string starts, and how far a unit of text space along the writing direction reaches in the page.</summary>
    private readonly double _x,
        _y,
        _dx,
        _dy;
    private readonly double _em;
    private readonly bool _visible;

    public GlyphWriter(
        GlyphPage page,
        FontFace face,
        in TransformationMatrix text,
        in TransformationMatrix page2,
        double size,
        double scale,
        double rise
    )
    {
        _page = page;
        _face = face;
        var full = text.Multiply(in page2);
        (_x, _y) = full.Transform(0, rise);
        if (face.IsVertical)
        {
            // Vertical writing (§9.7.4.3, default metrics): the pen is at the top centre of the glyph and moves down.
            (_dx, _dy) = (full.C, full.D);
            (_x, _y) = full.Transform(-0.12 * size, rise);
        }
        else
        {
            (_dx, _dy) = (full.A, full.B);
        }

        _em = Math.Abs(size) * Math.Sqrt(face.IsVertical ? (full.A * full.A) + (full.B * full.B) : (full.C * full.C) + (full.D * full.D));
        var sign = face.IsVertical ? -1 : Math.Sign(size) * (scale < 0 ? -1 : 1);
        var angle = Math.Atan2(_dy * sign, _dx * sign) * 180 / Math.PI;
        var degrees = ((int)Math.Round(angle) + 360) % 360;
        _frame = page.Frame(degrees is <= 1 or 359 ? 0 : degrees);
        _visible = _em > 0.1 && double.IsFinite(_em) && double.IsFinite(_x) && double.IsFinite(_y) && (_dx != 0 || _dy != 0);
    }

    /// <summary>Writes one glyph.</summary>
    /// <param name="along">Where its advance starts, in text space from the string's start.</param>
    /// <param name="advance">Its advance in text space.</param>
    public void Write(GlyphInfo info, double along, double advance, ReplacementText replacement)
    {
        if (!_visible)
        {
            return;
        }

        double x0 = _x + (along * _dx),
            y0 = _y + (along * _dy),
            x1 = _x + ((along + advance) * _dx),
            y1 = _y + ((along + advance) * _dy);
        if (Outside((x0 + x1) / 2, (y0 + y1) / 2))
        {
            return;
        }

        if ((info.Kind & GlyphKind.Space) == 0)
        {
            _page.InkGlyphs++;
            if ((info.Kind & GlyphKind.Unmapped) != 0)
            {
                _page.UnmappedGlyphs++;
            }
        }

        if (info.Text.Length == 0 && !replacement.IsActive)
        {
            return;
        }

        var (u0, v) = _frame.FromPage(x0, y0);
        var (u1, _) = _frame.FromPage(x1, y1);
        // A Type 3 font has an em square of its own making; its box says how tall its letters are.
        var em = info.Height > 0 ? Math.Clamp(_em * info.Height, _em * 0.01, _em * 100) : _em;
        replacement.Note(_frame.Glyphs);
        _frame.Glyphs.Add(
            new Glyph
            {
                Text = info.Text,
                U0 = Math.Min(u0, u1),
                U1 = Math.Max(u0, u1),
                V = v,
                Size = (float)em,
                Face = _face.Index,
                Kind = info.Kind,
            }
        );
    }

    private bool Outside(double x, double y) => x < -1 || y < -1 || x > _page.Width + 1 || y > _page.Height + 1;
}
