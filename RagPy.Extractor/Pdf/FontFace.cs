using RagPy.Extractor.Layout;
using RagPy.Extractor.Text;
using UglyToad.PdfPig.PdfFonts;

namespace RagPy.Extractor.Pdf;

/// <summary>A font with its glyphs' characters and widths kept by code, so that each is worked out once.</summary>
internal sealed class FontFace
{
    private readonly IFont _font;
    private readonly FontFacts _facts;
    private readonly GlyphInfo?[] _bytes = new GlyphInfo?[256];
    private readonly Dictionary<int, GlyphInfo> _wide = [];

    public FontFace(IFont font, FontFacts facts, ushort index)
    {
        _font = font;
        _facts = facts;
        Index = index;
        IsVertical = font.IsVertical;
        var name = font.Details?.Name ?? "";
        Style = new FaceStyle(
            Within(font.GetAscent(), 0.4, 1.1, 0.75),
            Within(-font.GetDescent(), 0.05, 0.5, 0.22),
            font.Details is { IsBold: true } or { Weight: >= 600 } || NameSaysBold(name),
            font.Details is { IsItalic: true } || Has(name, "Italic") || Has(name, "Oblique") || Has(name, "-Ital")
        );
    }

    public ushort Index { get; }

    public FaceStyle Style { get; }

    public bool IsVertical { get; }

    public bool IsType3 => _font is IType3Font;

    public IFont Font => _font;

    /// <summary>The glyph of a character code.</summary>
    public GlyphInfo this[int code]
    {
        get
        {
            if ((uint)code < 256)
            {
                return _bytes[code] ??= Measure(code);
            }

            if (!_wide.TryGetValue(code, out var glyph))
            {
                _wide.Add(code, glyph = Measure(code));
            }

            return glyph;
        }
    }

    private GlyphInfo Measure(int code)
    {
        // The characters come first: fonts look up widths by what they cached for them.
        var mapped = TryGetCharacters(code, out var raw);
        var (width, height) = _facts.Widths?.Find(code, raw) is { } stated ? (stated, 0) : Bounds(code);
        // A soft hyphen that is drawn is a hyphen: many fonts have one sign for both.
        var text = GlyphText.Clean(raw == "\u00AD" && width > 0 ? "-" : raw);
        var kind = GlyphText.Classify(text);
        if (!mapped || (text.Length == 0 && IsUnknown(raw)))
        {
            kind |= GlyphKind.Unmapped;
        }

        return new GlyphInfo(text, kind, double.IsFinite(width) ? width : 0, height);
    }

    private (double Width, double Height) Bounds(int code)
    {
        try
        {
            var box = _font.GetBoundingBox(code);
            return (box.Width, IsType3 ? Math.Abs(box.GlyphBounds.Height) : 0);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // A damaged glyph program; its neighbours still have positions of their own.
            return (0, 0);
        }
    }

    private bool TryGetCharacters(int code, out string characters)
    {
        if (_facts.Characters is { } known && known.TryGetValue(code, out var stated))
        {
            characters = stated;
            return true;
        }

        try
        {
            if (_font.TryGetUnicode(code, out var value) && value is not null)
            {
                characters = value;
                return true;
            }
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // A damaged character map says nothing about this code.
        }

        // Without any map, a one-byte code in the ASCII range is most often ASCII; it is still counted as unmapped.
        characters = code is >= ' ' and < 127 ? ((char)code).ToString() : "";
        return code == ' ';
    }

    /// <summary>Private use, replacement and control characters stand for glyphs that nobody can name.</summary>
    private static bool IsUnknown(string raw) =>
        raw.Length > 0 && raw[0] is not ('\u00AD' or (>= '\u200B' and <= '\u200F') or '\uFEFF' or '\t' or '\r' or '\n');

    private static bool NameSaysBold(string name) =>
        Has(name, "Bold")
        || Has(name, "Black")
        || Has(name, "Heavy")
        || Has(name, "-Medi")
        || Has(name, "CMBX")
        || Has(name, "CMB1")
        || Has(name, "SFBX");

    private static bool Has(string name, string part) => name.Contains(part, StringComparison.OrdinalIgnoreCase);

    private static float Within(double value, double least, double most, double otherwise) =>
        value >= least && value <= most ? (float)value : (float)otherwise;
}
