using System.Globalization;

namespace RagPy.Extractor.Text;

/// <summary>Spacing accents that old TeX fonts draw over a letter, and the combining marks that say the same.</summary>
internal static class Accents
{
    /// <summary>The combining mark of a spacing accent, the mark itself for a combining one, U+0000 for anything else.</summary>
    public static char CombiningFor(char c) =>
        c switch
        {
            '`' or '\u02CB' => '\u0300',
            '\u00B4' or '\u02CA' => '\u0301',
            '^' or '\u02C6' => '\u0302',
            '~' or '\u02DC' => '\u0303',
            '\u00AF' or '\u02C9' => '\u0304',
            '\u02D8' => '\u0306',
            '\u02D9' => '\u0307',
            '\u00A8' => '\u0308',
            '\u02DA' or '\u00B0' => '\u030A',
            '\u02DD' => '\u030B',
            '\u02C7' => '\u030C',
            '\u00B8' => '\u0327',
            '\u02DB' => '\u0328',
            >= '\u0300' when CharUnicodeInfo.GetUnicodeCategory(c) == UnicodeCategory.NonSpacingMark => c,
            _ => '\0',
        };

    /// <summary>Puts a mark on a letter.</summary>
    /// <param name="letter">Ends with the letter; a dotless i or j regains its shape.</param>
    /// <param name="mark">A combining mark.</param>
    /// <returns>The composed text, or null when Unicode has no such letter and the mark is a mere spacing sign.</returns>
    public static string? Combine(string letter, char mark, bool always)
    {
        var last = letter[^1] switch
        {
            'ı' => 'i',
            'ȷ' => 'j',
            var c => c,
        };
        if (!char.IsLetter(last))
        {
            return null;
        }

        var composed = Composition.Compose(letter[..^1] + last + mark);
        return always || composed.Length == letter.Length ? composed : null;
    }
}
