namespace RagPy.Extractor.Text;

/// <summary>
/// Finds where blocks (paragraphs, headings, list entries) start among the rows of a zone: at a leading clearly wider than the zone's own,
/// at a change of size or weight, at an indented first line, or at the first line of an entry with hanging indent.
/// </summary>
internal static class BlockRules
{
    private const float WideLeading = 1.35f;

    /// <summary>A word broken at the end of a line goes on at most this far below, in em: double spacing.</summary>
    private const float BrokenWord = 2.6f;

    private const float SizeChange = 0.12f;

    /// <summary>Indents in em: less is sloppy setting, more is a formula, a caption or a cell.</summary>
    private const float LeastIndent = 0.7f,
        MostIndent = 5;

    /// <summary>Sets <see cref="LineShape.StartsBlock"/> for the lines of one zone, from the top.</summary>
    public static void Mark(Span<LineShape> lines)
    {
        var leading = TypicalLeading(lines);
        for (var i = 0; i < lines.Length; i++)
        {
            lines[i].StartsBlock = i == 0 || IsBreak(lines, i, leading);
        }
    }

    private static float TypicalLeading(ReadOnlySpan<LineShape> lines)
    {
        var ratios = new float[Math.Max(lines.Length - 1, 0)];
        var count = 0;
        for (var i = 1; i < lines.Length; i++)
        {
            var ratio = (lines[i].V - lines[i - 1].V) / MathF.Max(lines[i].Size, lines[i - 1].Size);
            if (ratio is > 0.7f and < 2.6f)
            {
                ratios[count++] = ratio;
            }
        }

        Array.Sort(ratios, 0, count);
        return count < 2 ? 1.25f : Math.Clamp(ratios[count / 2], 0.9f, 2.2f);
    }

    private static bool IsBreak(ReadOnlySpan<LineShape> lines, int i, float leading)
    {
        ref readonly var previous = ref lines[i - 1];
        ref readonly var line = ref lines[i];
        var size = MathF.Max(line.Size, previous.Size);
        var advance = line.V - previous.V;
        if (previous.EndsInHyphen && advance > 0 && advance < BrokenWord * size)
        {
            return false;
        }

        if (advance > WideLeading * leading * size || advance <= 0)
        {
            return true;
        }

        if (MathF.Abs(line.Size - previous.Size) > SizeChange * size || line.Bold != previous.Bold)
        {
            return true;
        }

        if (line.U0 > previous.U1 || line.U1 < previous.U0)
        {
            return true;
        }

        var indent = (line.U0 - previous.U0) / size;
        var hasNext = i + 1 < lines.Length;
        var nextIndent = hasNext ? (lines[i + 1].U0 - line.U0) / size : 0;
        return indent switch
        {
            // First line of a paragraph: set in from the line before, and the next line goes back.
            > LeastIndent and < MostIndent => !hasNext ? previous.U1 < line.U1 : nextIndent < -LeastIndent,
            // First line of an entry with hanging indent: set out from the line before, and the next line goes in again.
            < -LeastIndent and > -MostIndent => hasNext && nextIndent > LeastIndent,
            _ => false,
        };
    }
}
