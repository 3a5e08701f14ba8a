using RagPy.Extractor.Layout;

namespace RagPy.Extractor.Text;

/// <summary>
/// Turns the visual order of a line (left to right on the page) into the logical one: the inverse of the reordering of UAX #9, by words.
/// A line with at least as much right-to-left as left-to-right text is a right-to-left line.
/// </summary>
internal static class LineOrder
{
    /// <summary>Reorders word indexes in place; lines without right-to-left words stay as they are.</summary>
    /// <returns>Whether the line as a whole runs from right to left.</returns>
    public static bool ToLogical(ReadOnlySpan<Word> words, Span<int> line)
    {
        int right = 0,
            left = 0;
        foreach (var i in line)
        {
            if (words[i].IsRightToLeft)
            {
                right += words[i].Count;
            }
            else if ((words[i].Kinds & GlyphKind.Letter) != 0)
            {
                left += words[i].Count;
            }
        }

        if (right == 0)
        {
            return false;
        }

        var whole = right >= left;
        if (whole)
        {
            line.Reverse();
        }

        ReverseRuns(words, line, whole);
        return whole;
    }

    /// <summary>Reverses each run of words that run against the line; neutral words between two of them go with them.</summary>
    private static void ReverseRuns(ReadOnlySpan<Word> words, Span<int> line, bool rightToLeft)
    {
        for (var i = 0; i < line.Length; i++)
        {
            if (!Against(words[line[i]], rightToLeft))
            {
                continue;
            }

            var last = i;
            for (var j = i + 1; j < line.Length; j++)
            {
                if (Against(words[line[j]], rightToLeft))
                {
                    last = j;
                }
                else if (!IsNeutral(words[line[j]]))
                {
                    break;
                }
            }

            line[i..(last + 1)].Reverse();
            i = last;
        }
    }

    private static bool Against(in Word word, bool rightToLeft) =>
        rightToLeft ? !word.IsRightToLeft && !IsNeutral(word) : word.IsRightToLeft;

    private static bool IsNeutral(in Word word) => (word.Kinds & (GlyphKind.Letter | GlyphKind.RightToLeft)) == 0 && word.Count <= 1;
}
