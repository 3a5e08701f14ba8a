using UglyToad.PdfPig;
using UglyToad.PdfPig.Parser.Parts;
using UglyToad.PdfPig.Tokenization.Scanner;
using UglyToad.PdfPig.Tokens;

namespace RagPy.Extractor.Pdf;

/// <summary>
/// Looks at a simple or Type 3 font's dictionary before PdfPig does. TrueType fonts that are not embedded, and standard fonts, are rewritten to complete
/// Type 1 fonts: PdfPig would look for the first among the fonts of the machine (slow, and another machine gives other text), and for the
/// second it would read all metrics of all standard fonts. Compact fonts without an encoding get an empty one, with which PdfPig takes the
/// font's own; it would take codes for characters otherwise. TeX's bitmap fonts get names for their numbers (<see cref="TexBitmapFont"/>).
/// </summary>
internal sealed class FontReader(IPdfTokenScanner scanner)
{
    private static readonly NumericToken s_zero = new(0);
    private static readonly NumericToken s_last = new(255);

    private static readonly DictionaryToken s_ownEncoding = new(new Dictionary<NameToken, IToken>());

    private readonly StandardMetrics _metrics = new();

    /// <summary>Gives the dictionary to read instead (null: as it is) and the widths that the file states (null: ask the font).</summary>
    public (DictionaryToken? Rewritten, FontWidths? Widths) Read(IToken token)
    {
        if (
            !DirectObjectFinder.TryGet<DictionaryToken>(token, scanner, out var font)
            || !font.TryGet<NameToken>(NameToken.Subtype, scanner, out var subtype)
        )
        {
            return (null, null);
        }

        if (subtype.Equals(NameToken.Type3))
        {
            return (NameBitmaps(font), null);
        }

        if (!(subtype.Equals(NameToken.TrueType) || subtype.Equals(NameToken.Type1) || subtype.Equals(NameToken.MmType1)))
        {
            return (null, null);
        }

        var widths = ReadWidths(font);
        font.TryGet<DictionaryToken>(NameToken.FontDescriptor, scanner, out var descriptor);
        if (descriptor is not null && IsEmbedded(descriptor))
        {
            return (HasOnlyItsOwnEncoding(font, subtype, descriptor) ? font.With(NameToken.Encoding, s_ownEncoding) : null, widths);
        }

        var name = font.TryGet<NameToken>(NameToken.BaseFont, scanner, out var baseFont) ? baseFont.Data : "";
        var complete = widths is not null && descriptor is not null;
        if (complete && !subtype.Equals(NameToken.TrueType))
        {
            return (null, widths);
        }

        if (StandardMetrics.NameFor(name) is not { } standard)
        {
            // Fonts of signs have encodings of their own, which PdfPig knows by their names.
            return (subtype.Equals(NameToken.TrueType) ? font.With(NameToken.Subtype, NameToken.Type1) : null, widths);
        }

        return (Complete(font, descriptor, widths, name), widths ?? new FontWidths(0, [], _metrics.Get(standard)));
    }

    /// <summary>As TeX's mathematical fonts have it: no encoding and no map in the file, names of the glyphs in the font alone.</summary>
    private static bool HasOnlyItsOwnEncoding(DictionaryToken font, NameToken subtype, DictionaryToken descriptor) =>
        !subtype.Equals(NameToken.TrueType)
        && descriptor.ContainsKey(NameToken.FontFile3)
        && !font.ContainsKey(NameToken.Encoding)
        && !font.ContainsKey(NameToken.ToUnicode);

    private DictionaryToken? NameBitmaps(DictionaryToken font) =>
        !font.ContainsKey(NameToken.ToUnicode)
        && font.TryGet<DictionaryToken>(NameToken.Encoding, scanner, out var encoding)
        && encoding.TryGet<ArrayToken>(NameToken.Differences, scanner, out var differences)
        && TexBitmapFont.Name(differences) is { } names
            ? font.With(NameToken.Encoding, encoding.With(NameToken.Differences, names))
            : null;

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
