using System.Globalization;
using UglyToad.PdfPig.Tokens;

namespace RagPy.Extractor.Pdf;

/// <summary>
/// The bitmap fonts that TeX embeds where it has no outlines: Type 3 fonts whose glyphs have numbers for names (<c>/a233</c>). The number is
/// TeX's own code, in one of two encodings of text: the original one (OT1) or Cork (T1). Fonts of mathematics, whose codes mean other
/// things, are told by their lack of a hyphen, comma or full stop, and left alone.
/// </summary>
internal static class TexBitmapFont
{
    /// <summary>Fewer different small letters than this are no proof of a font of text.</summary>
    private const int LeastLetters = 8;

    private const string OriginalLow = "ΓΔΘΛΞΠΣΥΦΨΩ\uFB00\uFB01\uFB02\uFB03\uFB04ı\u0237`\u00B4\u02C7\u02D8\u00AF\u02DA\u00B8ßæœøÆŒØ";

    private const string CorkLow =
        "`\u00B4\u02C6\u02DC\u00A8\u02DD\u02DA\u02C7\u02D8\u00AF\u02D9\u00B8\u02DB‚‹›“”„«»–—\0\0ı\u0237\uFB00\uFB01\uFB02\uFB03\uFB04";

    private const string CorkHigh =
        "ĂĄĆČĎĚĘĞĹĽŁŃŇŊŐŔŘŚŠŞŤŢŰŮŸŹŽŻĲİđ§ăąćčďěęğĺľłńňŋőŕřśšşťţűůÿźžżĳ¡¿£"
        + "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖŒØÙÚÛÜÝÞẞàáâãäåæçèéêëìíîïðñòóôõöœøùúûüýþß";

    /// <summary>Names that say what the glyphs are, in place of numbers.</summary>
    /// <param name="differences">The /Differences of the font's encoding.</param>
    /// <returns>Null where this is no such font, or none of text.</returns>
    public static ArrayToken? Name(ArrayToken differences)
    {
        if (ReadCodes(differences) is not { } codes || !IsText(codes))
        {
            return null;
        }

        var isCork =
            codes.Any(code => code >= 128) || (codes.Any(code => code is >= 27 and <= 31) && !codes.Any(code => code is >= 11 and <= 15));
        var tokens = new List<IToken>();
        foreach (var code in codes)
        {
            tokens.Add(new NumericToken(code));
            tokens.Add(NameToken.Create($"uni{(int)(isCork ? Cork(code) : Original(code)):X4}"));
        }

        return new ArrayToken(tokens);
    }

    /// <summary>The codes, or null where a name is not its code in figures after a letter.</summary>
    private static List<int>? ReadCodes(ArrayToken differences)
    {
        var codes = new List<int>();
        var at = 0;
        foreach (var token in differences.Data)
        {
            switch (token)
            {
                case NumericToken number:
                    at = number.Int;
                    break;
                case NameToken { Data: ".notdef" }:
                    at++;
                    break;
                case NameToken { Data.Length: > 1 } name
                    when char.IsAsciiLetter(name.Data[0])
                        && int.TryParse(name.Data.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var code)
                        && code == at
                        && code < 256:
                    codes.Add(at++);
                    break;
                default:
                    return null;
            }
        }

        return codes;
    }

    private static bool IsText(List<int> codes) =>
        codes.Count(code => code is >= 'a' and <= 'z') >= LeastLetters && codes.Any(code => code is ',' or '-' or '.');

    private static char Original(int code) =>
        code switch
        {
            < 32 => OriginalLow[code],
            '"' => '”',
            '\'' => '’',
            '<' => '¡',
            '>' => '¿',
            '\\' => '“',
            '^' => '\u02C6',
            '_' => '\u02D9',
            '`' => '‘',
            '{' => '–',
            '|' => '—',
            '}' => '\u02DD',
            '~' => '\u02DC',
            127 => '\u00A8',
            _ => (char)code,
        };

    private static char Cork(int code) =>
        code switch
        {
            < 32 => CorkLow[code],
            '\'' => '’',
            '`' => '‘',
            127 => '-',
            >= 128 => CorkHigh[code - 128],
            _ => (char)code,
        };
}
