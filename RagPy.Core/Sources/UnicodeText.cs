using System.Globalization;
using System.Text;

namespace RagPy.Core.Sources;

/// <summary>Text from strangers' files made safe: for <see cref="string.Normalize()"/>, UTF-8 and PostgreSQL, which refuse lone surrogates or U+0000.</summary>
internal static class UnicodeText
{
    /// <summary>The text with lone surrogates replaced by U+FFFD and U+0000 removed; the same instance when there are none.</summary>
    public static string WellFormed(string text)
    {
        var clean = true;
        for (var i = 0; i < text.Length && clean; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                i++;
            }
            else
            {
                // U+FFFE and U+FFFF are refused by Normalize as well.
                clean = !char.IsSurrogate(text[i]) && text[i] is not ('\0' or '\uFFFE' or '\uFFFF');
            }
        }

        if (clean)
        {
            return text;
        }

        var builder = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value is not (0 or 0xFFFE or 0xFFFF))
            {
                builder.Append(rune);
            }
        }

        return builder.ToString();
    }

    /// <summary>A file name without accents and case: what is left of <c>Résumé.PDF</c> after a tool that kept ASCII only.</summary>
    public static string FoldFileName(string name)
    {
        var builder = new StringBuilder(name.Length);
        foreach (var c in WellFormed(name).Normalize(NormalizationForm.FormKD))
        {
            if (CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark)
            {
                builder.Append(c);
            }
        }

        return builder.ToString().Normalize(NormalizationForm.FormC).ToLowerInvariant();
    }
}
