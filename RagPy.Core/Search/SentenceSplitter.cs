using System.Collections.Frozen;

namespace RagPy.Core.Search;

/// <summary>Cuts a passage into sentences well enough to quote one.</summary>
internal static class SentenceSplitter
{
    /// <summary>Longer ones are cut at a space: nobody quotes half a page.</summary>
    private const int MaxLength = 500;

    /// <summary>Abbreviations of both languages whose point does not end a sentence.</summary>
    private static readonly FrozenSet<string> s_abbreviations =
        "al art av ca cap cf ch chap col dir doc dr ed eds éd env ex fig figs fol ibid id inc infra jr ltd m mm mr mrs ms n no nos op p par pp prof sq sqq st ste supra suiv t tab trad trans univ v vol vols vs"
            .Split(' ')
            .ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Ranges of the sentences, trimmed, in order; at least one for a text that is not blank.</summary>
    public static IReadOnlyList<TextRange> Split(string text)
    {
        var sentences = new List<TextRange>();
        var start = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (EndsParagraph(text, i) || EndsSentence(text, i) || (i - start >= MaxLength && char.IsWhiteSpace(text[i])))
            {
                Add(text, start, i + 1, sentences);
                start = i + 1;
            }
        }

        Add(text, start, text.Length, sentences);
        return sentences;
    }

    private static void Add(string text, int start, int end, List<TextRange> sentences)
    {
        while (start < end && char.IsWhiteSpace(text[start]))
        {
            start++;
        }

        while (end > start && char.IsWhiteSpace(text[end - 1]))
        {
            end--;
        }

        if (end > start)
        {
            sentences.Add(new TextRange(start, end));
        }
    }

    private static bool EndsParagraph(string text, int i) => text[i] == '\n' && i + 1 < text.Length && text[i + 1] == '\n';

    private static bool EndsSentence(string text, int i)
    {
        if (i + 2 < text.Length && char.IsWhiteSpace(text[i + 1]) && text[i + 2] == '»')
        {
            // French puts a space before the closing mark.
            return false;
        }

        if (i + 1 < text.Length && !char.IsWhiteSpace(text[i + 1]))
        {
            // 。 and its like need no space behind.
            return text[i] is '。' or '！' or '？';
        }

        var end = i;
        while (end >= 0 && text[end] is '"' or '”' or '»' or ')' or ']' or '’' or ' ' or '\u00A0' or '\u202F')
        {
            end--;
        }

        return end >= 0
            && text[end] switch
            {
                '!' or '?' or '…' => true,
                '.' => !IsAbbreviation(text, end) && NextBegins(text, i + 1),
                _ => false,
            };
    }

    private static bool IsAbbreviation(string text, int point)
    {
        var start = point;
        while (start > 0 && (char.IsLetter(text[start - 1]) || text[start - 1] == '.'))
        {
            start--;
        }

        var word = text.AsSpan(start, point - start);
        return word.Length == 1 && char.IsUpper(word[0]) || word.Contains('.') || s_abbreviations.Contains(word.ToString());
    }

    /// <summary>What follows does not go on in lower case.</summary>
    private static bool NextBegins(string text, int i)
    {
        while (i < text.Length && (char.IsWhiteSpace(text[i]) || text[i] is '"' or '“' or '«' or '(' or '['))
        {
            i++;
        }

        return i >= text.Length || !char.IsLower(text[i]);
    }
}
