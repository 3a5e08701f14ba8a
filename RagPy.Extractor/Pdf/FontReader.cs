using UglyToad.PdfPig;
using UglyToad.PdfPig.Filters;
using UglyToad.PdfPig.Parser.Parts;
using UglyToad.PdfPig.Tokenization.Scanner;
using UglyToad.PdfPig.Tokens;

namespace RagPy.Extractor.Pdf;

/// <summary>
/// Looks at a simple font's dictionary before PdfPig does. TrueType fonts that are not embedded, and standard fonts, are rewritten to complete
/// Type 1 fonts: PdfPig would look for the first among the fonts of the machine (slow, and another machine gives other text), and for the
/// second it would read all metrics of all standard fonts.
/// </summary>
internal sealed class FontReader(IPdfTokenScanner scanner, ILookupFilterProvider filters)
{
    private static readonly NumericToken s_zero = new(0);
    private static readonly NumericToken s_last = new(255);

    private readonly StandardMetrics _metrics = new();

    public FontFacts Read(IToken token)
    {
        if (
            !DirectObjectFinder.TryGet<DictionaryToken>(token, scanner, out var font)
            || !font.TryGet<NameToken>(NameToken.Subtype, scanner, out var subtype)
        )
        {
            return FontFacts.None;
        }

        if (subtype.Equals(NameToken.Type3))
        {
            return new FontFacts(null, null, GlyphNames.OfBitmaps(font, scanner));
        }

        if (!(subtype.Equals(NameToken.TrueType) || subtype.Equals(NameToken.Type1) || subtype.Equals(NameToken.MmType1)))
        {
            return FontFacts.None;
        }

        var widths = ReadWidths(font);
        font.TryGet<DictionaryToken>(NameToken.FontDescriptor, scanner, out var descriptor);
        if (descriptor is not null && IsEmbedded(descriptor))
        {
            return new FontFacts(null, widths, GlyphNames.OfProgram(font, descriptor, scanner, filters));
        }

        var name = font.TryGet<NameToken>(NameToken.BaseFont, scanner, out var baseFont) ? baseFont.Data : "";
        var complete = widths is not null && descriptor is not null;
        if (complete && !subtype.Equals(NameToken.TrueType))
        {
            return new FontFacts(null, widths, null);
        }

        if (StandardMetrics.NameFor(name) is not { } standard)
        {
            // Fonts of signs have encodings of their own, which PdfPig knows by their names.
            return new FontFacts(subtype.Equals(NameToken.TrueType) ? font.With(NameToken.Subtype, NameToken.Type1) : null, widths, null);
        }

        return new FontFacts(Complete(font, descriptor, widths, name), widths ?? new FontWidths(0, [], _metrics.Get(standard)), null);
    }

    private static bool IsEmbedded(DictionaryToken descriptor) =>
        descriptor.ContainsKey(NameToken.FontFile)
        || descriptor.ContainsKey(NameToken.FontFile2)
        || descriptor.ContainsKey(NameToken.FontFile3);

    private static DictionaryToken Complete(DictionaryToken font, DictionaryToken? descriptor, FontWidths? widths, string name)
    {
        var type1 = font.With(NameToken.Subtype, NameToken.Type1);
        if (!font.ContainsKey(NameToken.Encoding) && !font.ContainsKey(NameToken.ToUnicode))
        {
            type1 = type1.With(NameToken.Encoding, NameToken.StandardEncoding);
        }

        if (widths is null)
        {
            var zeros = new IToken[256];
            Array.Fill(zeros, s_zero);
            type1 = type1.With(NameToken.FirstChar, s_zero).With(NameToken.LastChar, s_last).With(NameToken.Widths, new ArrayToken(zeros));
        }

        return descriptor is null ? type1.With(NameToken.FontDescriptor, Describe(name)) : type1;
    }

    /// <summary>The least that PdfPig asks of a descriptor; the figures are those of Helvetica, rounded.</summary>
    private static DictionaryToken Describe(string name) =>
        new(
            new Dictionary<NameToken, IToken>
            {
                [NameToken.Type] = NameToken.FontDescriptor,
                [NameToken.FontName] = NameToken.Create(name),
                [NameToken.Flags] = new NumericToken(32),
                [NameToken.ItalicAngle] = s_zero,
                [NameToken.Ascent] = new NumericToken(720),
                [NameToken.Descent] = new NumericToken(-210),
                [NameToken.FontBbox] = new ArrayToken([
                    new NumericToken(-170),
                    new NumericToken(-230),
                    new NumericToken(1000),
                    new NumericToken(930),
                ]),
            }
        );

    private FontWidths? ReadWidths(DictionaryToken font)
    {
        if (
            !font.TryGet<ArrayToken>(NameToken.Widths, scanner, out var array)
            || !font.TryGet<NumericToken>(NameToken.FirstChar, scanner, out var first)
            || array.Length is 0 or > 4096
        )
        {
            return null;
        }

        var widths = new double[array.Length];
        for (var i = 0; i < widths.Length; i++)
        {
            widths[i] = DirectObjectFinder.TryGet<NumericToken>(array.Data[i], scanner, out var width) ? width.Data : 0;
        }

        return new FontWidths(first.Int, widths, null);
    }
}
