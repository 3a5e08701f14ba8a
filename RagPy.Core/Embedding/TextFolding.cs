using System.Text;

namespace RagPy.Core.Embedding;

/// <summary>Compatibility forms, case, accents and letters such as œ, æ, ß and ø brought down to plain ones.</summary>
internal static class TextFolding
{
    /// <summary>NFKC and lower case, œ and æ as two letters: the form that stop lists and stemmers expect. (Stems depend on the number of letters, so <c>coeur</c> and <c>cœur</c> must meet before.)</summary>
    public static string Normalize(ReadOnlySpan<char> word)
    {
        if (Ascii.IsValid(word))
        {
            return string.Create(word.Length, word, static (target, source) => Ascii.ToLower(source, target, out _));
        }

        var text = word.ToString().Normalize(NormalizationForm.FormKC).ToLowerInvariant();
        return text.Replace('’', '\'').Replace('ʼ', '\'').Replace("\u00AD", "").Replace("œ", "oe").Replace("æ", "ae");
    }

    /// <summary>Removes accents, vowel points and ligatures from a lower-case word.</summary>
    public static string Fold(string word)
    {
        if (Ascii.IsValid(word))
        {
            return word;
        }

        var folded = new StringBuilder(word.Length + 2);
        foreach (var c in word.Normalize(NormalizationForm.FormKD))
        {
            if (IsMark(c))
            {
                continue;
            }

            _ = Expand(c) is { } letters ? folded.Append(letters) : folded.Append(c);
        }

        // Composing again puts Hangul syllables back together.
        return folded.ToString().Normalize(NormalizationForm.FormC);
    }

    /// <summary>Marks of European scripts, Hebrew points and Arabic vowels; not the vowel signs of Indic scripts, which are letters there.</summary>
    private static bool IsMark(char c) =>
        c is (>= '\u0300' and <= '\u036F') or (>= '\u0591' and <= '\u05C7') or (>= '\u064B' and <= '\u065F') or '\u0670' or '\u0640';

    private static string? Expand(char c) =>
        c switch
        {
            'ß' => "ss",
            'ø' => "o",
            'đ' or 'ð' => "d",
            'ł' => "l",
            'ı' => "i",
            'þ' => "th",
            'ς' => "σ",
            _ => null,
        };
}
