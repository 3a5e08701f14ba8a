using RagPy.Extractor.Layout;

namespace RagPy.Extractor.Text;

/// <summary>
/// Keeps footnote and affiliation marks from sticking to words: <c>learning¹</c> must be found as <c>learning</c>, nor may an
/// exponent make another number: <c>10³</c> is not 103. Ordinals, units and signed exponents (<c>XIXᵉ</c>, <c>km²</c>, <c>10⁻³</c>) stay
/// with what they belong to.
/// </summary>
internal static class NoteMarks
{
    /// <summary>Letters a word must end in before a raised digit can be a note; shorter ones are units and symbols.</summary>
    private const int LeastLetters = 4;

    /// <summary>Whether a mark set without space to its neighbour is written with one.</summary>
    public static bool StandApart(in Word previous, in Word word, ReadOnlySpan<Glyph> glyphs)
    {
        if (IsRaised(word) && !IsRaised(previous))
        {
            return IsMark(word, glyphs, out var letter)
                && (EndsInWord(previous, glyphs, lowerCase: letter) || (!letter && EndsInDigit(previous, glyphs)));
        }

        // The mark that starts a note or an affiliation, before its text.
        return IsRaised(previous)
            && !IsRaised(word)
            && IsMark(previous, glyphs, out _)
            && word.Count >= 2
            && char.IsLetter(glyphs[word.First].Text[0])
            && char.IsLetter(glyphs[word.First + 1].Text[0]);
    }

    /// <summary>An exponent written to its number would make another number.</summary>
    private static bool EndsInDigit(in Word word, ReadOnlySpan<Glyph> glyphs) => char.IsDigit(glyphs[word.First + word.Count - 1].Text[^1]);

    private static bool IsRaised(in Word word) => word.V < word.LineV - (0.15f * word.LineSize) && word.Size < 0.9f * word.LineSize;

    private static bool IsMark(in Word word, ReadOnlySpan<Glyph> glyphs, out bool letter)
    {
        var first = glyphs[word.First].Text[0];
        letter = char.IsAsciiLetterLower(first) && (word.Count == 1 || !char.IsLetter(glyphs[word.First + 1].Text[0]));
        return letter || char.IsDigit(first) || first is '*' or '†' or '‡' or '§' or '¶' or '∗' or '⋆';
    }

    private static bool EndsInWord(in Word word, ReadOnlySpan<Glyph> glyphs, bool lowerCase)
    {
        var last = glyphs[word.First + word.Count - 1].Text[^1];
        if (last is '.' or ',' or ';' or '!' or '?' or '”' or '"' or '»' or ')')
        {
            return word.Count >= LeastLetters && !lowerCase;
        }

        if (lowerCase && !char.IsLower(last))
        {
            return false;
        }

        for (var i = 0; i < LeastLetters; i++)
        {
            if (i >= word.Count || !char.IsLetter(glyphs[word.First + word.Count - 1 - i].Text[^1]))
            {
                return false;
            }
        }

        return true;
    }
}
