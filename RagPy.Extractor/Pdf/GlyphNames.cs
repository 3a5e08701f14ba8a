using System.Globalization;
using UglyToad.PdfPig;
using UglyToad.PdfPig.Filters;
using UglyToad.PdfPig.Fonts;
using UglyToad.PdfPig.Fonts.CompactFontFormat;
using UglyToad.PdfPig.Tokenization.Scanner;
using UglyToad.PdfPig.Tokens;

namespace RagPy.Extractor.Pdf;

/// <summary>Finds the characters of fonts without a character map where PdfPig does not look: in a compact font's own encoding, and in TeX's bitmaps.</summary>
internal static class GlyphNames
{
    /// <summary>A bitmap font with fewer different small letters may be one of mathematical signs, whose low codes mean others.</summary>
    private const int LettersOfText = 8;

    /// <summary>
    /// Characters by the encoding inside a compact font program (Adobe Technical Note 5176 §12), or null where the file itself states an
    /// encoding or a character map. PdfPig takes the codes for Unicode there, which makes <c>ff</c>, Greek and all signs of a TeX file wrong.
    /// </summary>
    public static IReadOnlyDictionary<int, string>? OfProgram(
        DictionaryToken font,
        DictionaryToken descriptor,
        IPdfTokenScanner scanner,
        ILookupFilterProvider filters
    )
    {
        if (
            font.ContainsKey(NameToken.ToUnicode)
            || font.ContainsKey(NameToken.Encoding)
            || !descriptor.TryGet<StreamToken>(NameToken.FontFile3, scanner, out var program)
        )
        {
            return null;
        }

        try
        {
            var compact = CompactFontFormatParser.Parse(new CompactFontFormatData(program.Decode(filters, scanner)));
            return compact.FirstFont.Encoding is { } encoding ? Characters(encoding.CodeToNameMap) : null;
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // A damaged program; its codes are all there is.
            return null;
        }
    }

    /// <summary>
    /// Characters of a bitmap font whose glyphs are all called by one letter and their code (<c>a97</c>), as TeX's drivers do; null for any other.
    /// </summary>
    public static IReadOnlyDictionary<int, string>? OfBitmaps(DictionaryToken font, IPdfTokenScanner scanner)
    {
        if (
            font.ContainsKey(NameToken.ToUnicode)
            || !font.TryGet<DictionaryToken>(NameToken.Encoding, scanner, out var encoding)
            || !encoding.TryGet<ArrayToken>(NameToken.Differences, scanner, out var differences)
            || CodesOf(differences) is not { Count: > 0 } codes
        )
        {
            return null;
        }

        var t1 = TexEncoding.IsT1(codes);
        var isText = codes.Count(static code => code is >= 'a' and <= 'z') >= LettersOfText;
        var characters = new Dictionary<int, string>();
        foreach (var code in codes)
        {
            if ((isText || code is > 32 and < 127) && TexEncoding.Find(code, t1) is { } text)
            {
                characters.Add(code, text);
            }
        }

        return characters;
    }

    private static HashSet<int>? CodesOf(ArrayToken differences)
    {
        var codes = new HashSet<int>();
        var code = 0;
        foreach (var token in differences.Data)
        {
            switch (token)
            {
                case NumericToken number:
                    code = number.Int;
                    break;
                case NameToken name when name.Data == ".notdef":
                    code++;
                    break;
                case NameToken name when IsCode(name.Data, code):
                    codes.Add(code++);
                    break;
                default:
                    return null;
            }
        }

        return codes;
    }

    private static bool IsCode(string name, int code) =>
        name.Length > 1
        && char.IsAsciiLetter(name[0])
        && int.TryParse(name.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number == code;

    private static Dictionary<int, string> Characters(IReadOnlyDictionary<int, string> names)
    {
        var characters = new Dictionary<int, string>();
        foreach (var (code, name) in names)
        {
            if (name != ".notdef" && GlyphList.AdobeGlyphList.NameToUnicode(name) is { Length: > 0 } text)
            {
                characters.TryAdd(code, text);
            }
        }

        return characters;
    }
}
