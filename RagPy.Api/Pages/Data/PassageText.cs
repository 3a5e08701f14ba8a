using RagPy.Core.Search;

namespace RagPy.Api.Pages.Data;

/// <summary>Cuts a passage where its look changes: words that match, and the sentence that answers best.</summary>
internal static class PassageText
{
    /// <summary>Text shown on either side of the sentence, in UTF-16 units, before the whole passage is asked for.</summary>
    private const int Context = 260;

    /// <summary>The sentence with what stands around it; the whole passage when that is little longer.</summary>
    public static TextRange Excerpt(SearchHit hit)
    {
        var start = hit.Quote.Start <= Context * 3 / 2 ? 0 : WordBoundary(hit.Passage, hit.Quote.Start - Context);
        var end =
            hit.Passage.Length - hit.Quote.End <= Context * 3 / 2 ? hit.Passage.Length : WordBoundary(hit.Passage, hit.Quote.End + Context);
        return new TextRange(start, end);
    }

    /// <summary>The pieces of a range of the passage, in order and without gaps.</summary>
    public static IEnumerable<PassagePiece> Pieces(SearchHit hit, TextRange range)
    {
        var cuts = new SortedSet<int> { range.Start, range.End, hit.Quote.Start, hit.Quote.End };
        foreach (var mark in hit.Marks)
        {
            cuts.Add(mark.Start);
            cuts.Add(mark.End);
        }

        var inside = cuts.Where(cut => cut >= range.Start && cut <= range.End).ToList();
        var marks = new Queue<TextRange>(hit.Marks);
        foreach (var (start, end) in inside.Zip(inside.Skip(1)))
        {
            while (marks.TryPeek(out var passed) && passed.End <= start)
            {
                marks.Dequeue();
            }

            yield return new PassagePiece(
                hit.Passage[start..end],
                IsMark: marks.TryPeek(out var mark) && mark.Start <= start,
                IsQuote: start >= hit.Quote.Start && end <= hit.Quote.End
            );
        }
    }

    /// <summary>The nearest place after which a word begins, looking back a little.</summary>
    private static int WordBoundary(string text, int near)
    {
        for (var i = near; i > Math.Max(0, near - 40); i--)
        {
            if (char.IsWhiteSpace(text[i - 1]))
            {
                return i;
            }
        }

        // Not between the halves of a surrogate pair.
        return char.IsLowSurrogate(text[near]) ? near - 1 : near;
    }
}
