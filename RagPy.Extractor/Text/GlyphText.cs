using System.Globalization;
using System.Text;
using RagPy.Extractor.Layout;

namespace RagPy.Extractor.Text;

/// <summary>Turns what a font says about a glyph into clean characters.</summary>
internal static class GlyphText
{
    private static readonly string[] s_ligatures = ["ff", "fi", "fl", "ffi", "ffl", "st", "st"];

    /// <summary>
    /// Composed form; ligatures U+FB00–06 expanded; white space as one space; controls, U+0000, lone surrogates, private-use and
    /// non-characters removed. A soft hyphen stays, for the end of a line.
    /// </summary>
    public static string Clean(string raw)
    {
        if (raw.Length == 1 && raw[0] is > ' ' and < '\u007f')
        {
            return raw;
        }

        var builder = new StringBuilder(raw.Length + 2);
        foreach (var rune in raw.EnumerateRunes())
        {
            if (rune.Value is >= 0xFB00 and <= 0xFB06)
            {
                builder.Append(s_ligatures[rune.Value - 0xFB00]);
            }
            else if (rune.Value == 0xF0B7)
            {
                builder.Append('•'); // The bullet of the Symbol font, by far the commonest private-use character.
            }
            else if (Rune.IsWhiteSpace(rune))
            {
                builder.Append(' ');
            }
            else if (IsText(rune))
            {
                builder.Append(rune.ToString());
            }
        }

        var text = builder.ToString();
        return text.AsSpan().Trim(' ').IsEmpty ? (text.Length > 0 ? " " : "") : Composition.Compose(text);
    }

    /// <summary>Classifies clean characters.</summary>
    public static GlyphKind Classify(string text)
    {
        if (text.Length == 0)
        {
            return GlyphKind.None;
        }

        if (text == " ")
        {
            return GlyphKind.Space;
        }

        Rune.DecodeFromUtf16(text, out var first, out _);
        var kind =
            Rune.IsLetter(first) ? GlyphKind.Letter
            : first.Value is >= '0' and <= '9' ? GlyphKind.Digit
            : GlyphKind.None;
        if (IsRightToLeft(first.Value))
        {
            kind |= GlyphKind.RightToLeft;
        }

        if (
            first.Value
            is (>= 0x3040 and <= 0x30FF)
                or (>= 0x3400 and <= 0x9FFF)
                or (>= 0xF900 and <= 0xFAFF)
                or (>= 0x20000 and <= 0x3FFFF)
        )
        {
            kind |= GlyphKind.Ideographic;
        }

        if (text.Length == 1 && Accents.CombiningFor(text[0]) != '\0')
        {
            kind |= GlyphKind.Accent;
        }

        return kind;
    }

    /// <summary>Hebrew, Arabic, Syriac, Thaana, N'Ko and their presentation forms (UAX #9, classes R and AL, by block).</summary>
    public static bool IsRightToLeft(int point) =>
        point is (>= 0x590 and <= 0x8FF) or (>= 0xFB1D and <= 0xFDFF) or (>= 0xFE70 and <= 0xFEFE) or (>= 0x10800 and <= 0x10FFF)
        && point is not ((>= 0x660 and <= 0x669) or (>= 0x6F0 and <= 0x6F9));

    private static bool IsText(Rune rune) =>
        rune.Value != 0xFFFD
        && (rune.Value & 0xFFFE) != 0xFFFE
        && (rune.Value is < 0x200B or > 0x200F)
        && rune.Value != 0xFEFF
        && Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.PrivateUse or UnicodeCategory.Surrogate);
}
