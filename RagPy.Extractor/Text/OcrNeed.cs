using RagPy.Extractor.Layout;

namespace RagPy.Extractor.Text;

/// <summary>Judges whether a page has something to recognise that its text layer does not give. A blank page has not.</summary>
internal static class OcrNeed
{
    /// <summary>Share of glyphs without characters above which a text layer is garbled.</summary>
    private const double MaxUnmapped = 0.3;

    /// <summary>Below this share of letters and digits, a text of some length is ciphered: its font was subset without a character map.</summary>
    private const double LeastReadable = 0.4;

    private const int LeastGlyphsToJudge = 100;

    /// <summary>A page mostly covered by an image, with fewer characters than a stamp or a running head, is a scan.</summary>
    private const int StampLength = 60;

    private const double MostlyImage = 0.6;

    /// <summary>An image smaller than this share of the page is a rule, a bullet or a logo.</summary>
    private const double LeastImage = 0.02;

    /// <summary>Text drawn as outlines has this many curves at least.</summary>
    private const int OutlinedText = 200;

    public static bool Judge(GlyphPage page, string text)
    {
        int characters = 0,
            readable = 0;
        foreach (var c in text)
        {
            characters += char.IsWhiteSpace(c) ? 0 : 1;
            readable += char.IsLetterOrDigit(c) ? 1 : 0;
        }

        var coverage = page.ImageArea / Math.Max(1, (double)page.Width * page.Height);
        if (readable == 0)
        {
            return coverage >= LeastImage || page.Curves >= OutlinedText || page.UnmappedGlyphs > 0;
        }

        return page.UnmappedGlyphs > MaxUnmapped * page.InkGlyphs
            || (characters >= LeastGlyphsToJudge && readable < LeastReadable * characters)
            || (coverage >= MostlyImage && characters < StampLength);
    }
}
