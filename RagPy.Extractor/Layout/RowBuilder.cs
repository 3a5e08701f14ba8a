namespace RagPy.Extractor.Layout;

/// <summary>Groups words by baseline.</summary>
internal static class RowBuilder
{
    /// <summary>Baselines closer than this, in em, make one row: table cells and columns are rarely set to the point.</summary>
    private const float Tolerance = 0.3f;

    /// <summary>Sorts <paramref name="order"/> by row, then from left to right, and appends the rows.</summary>
    /// <param name="order">Indexes of words.</param>
    /// <param name="offset">Where <paramref name="order"/> starts in the whole order; added to the rows' starts.</param>
    public static void Build(ReadOnlySpan<Word> words, Span<int> order, int offset, List<Row> rows)
    {
        var firstRow = rows.Count;
        SortBy(words, order, byLine: true);
        var start = 0;
        for (var i = 1; i <= order.Length; i++)
        {
            if (i == order.Length || !SameRow(words[order[start]], words[order[i]]))
            {
                Add(words, order[start..i], offset + start, rows);
                start = i;
            }
        }

        MergeDetached(words, order, offset, rows, firstRow);
    }

    private static bool SameRow(in Word first, in Word word) =>
        word.LineV - first.LineV
        <= Tolerance * MathF.Min(MathF.Max(first.LineSize, word.LineSize), 2 * MathF.Min(first.LineSize, word.LineSize));

    private static void Add(ReadOnlySpan<Word> words, Span<int> order, int start, List<Row> rows)
    {
        SortBy(words, order, byLine: false);
        rows.Add(Describe(words, order, start));
    }

    private static Row Describe(ReadOnlySpan<Word> words, ReadOnlySpan<int> order, int start)
    {
        float width = 0,
            size = 0,
            v = 0;
        foreach (var i in order)
        {
            ref readonly var word = ref words[i];
            var weight = (word.U1 - word.U0 + 0.01f) * (word.IsRaisedOrLowered ? 0.01f : 1);
            width += weight;
            size += weight * word.Size;
            v += weight * word.LineV;
        }

        return new Row
        {
            Start = start,
            Count = order.Length,
            V = v / width,
            Size = size / width,
        };
    }

    /// <summary>Superscripts and subscripts that the writer shows apart from their line are rows of their own so far: small words just above or below a line, in a hole of it.</summary>
    private static void MergeDetached(ReadOnlySpan<Word> words, Span<int> order, int offset, List<Row> rows, int firstRow)
    {
        for (var i = firstRow; i + 1 < rows.Count; i++)
        {
            Row upper = rows[i],
                lower = rows[i + 1];
            var size = MathF.Max(upper.Size, lower.Size);
            if (
                lower.V - upper.V < 0.55f * size
                && MathF.Min(upper.Size, lower.Size) < 0.85f * size
                && FitsBetween(words, order.Slice(upper.Start - offset, upper.Count), order.Slice(lower.Start - offset, lower.Count), size)
            )
            {
                var both = order.Slice(upper.Start - offset, upper.Count + lower.Count);
                SortBy(words, both, byLine: false);
                var merged = Describe(words, both, upper.Start);
                merged.V = upper.Size > lower.Size ? upper.V : lower.V;
                merged.Size = size;
                rows[i] = merged;
                rows.RemoveAt(i + 1);
                i--;
            }
        }
    }

    /// <summary>No word of one row stands on a word of the other, and each word of the smaller has a neighbour close by.</summary>
    private static bool FitsBetween(ReadOnlySpan<Word> words, ReadOnlySpan<int> a, ReadOnlySpan<int> b, float size)
    {
        var upperIsSmall = words[a[0]].Size < words[b[0]].Size;
        var small = upperIsSmall ? a : b;
        var large = upperIsSmall ? b : a;
        foreach (var i in small)
        {
            var near = false;
            foreach (var j in large)
            {
                var gap = MathF.Max(words[j].U0 - words[i].U1, words[i].U0 - words[j].U1);
                if (gap < -0.15f * size)
                {
                    return false;
                }

                near |= gap < 0.4f * size;
            }

            if (!near)
            {
                return false;
            }
        }

        return true;
    }

    private static void SortBy(ReadOnlySpan<Word> words, Span<int> order, bool byLine)
    {
        var keys = System.Buffers.ArrayPool<float>.Shared.Rent(order.Length);
        var span = keys.AsSpan(0, order.Length);
        var sorted = true;
        for (var i = 0; i < span.Length; i++)
        {
            span[i] = byLine ? words[order[i]].LineV : words[order[i]].U0;
            sorted &= i == 0 || span[i - 1] <= span[i];
        }

        if (!sorted)
        {
            span.Sort(order);
        }

        System.Buffers.ArrayPool<float>.Shared.Return(keys);
    }
}
