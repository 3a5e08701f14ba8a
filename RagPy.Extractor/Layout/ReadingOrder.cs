using System.Runtime.InteropServices;

namespace RagPy.Extractor.Layout;

/// <summary>
/// Puts the words of a frame into reading order by a recursive cut (after the XY-cut of Nagy and Seth, 1984): the best gutter of a zone
/// divides it into what is above, the left column, the right column and what is below, each treated the same way. Headers and footers
/// standing apart from the body are cut off first, or a running head would be read as the top of a column.
/// </summary>
internal sealed class ReadingOrder
{
    private const int MaxDepth = 12;

    /// <summary>Share of the page's height in which a header or footer may stand.</summary>
    private const float Margin = 0.13f;

    /// <summary>A single row may stand further in: a text block made for another paper size leaves wide margins.</summary>
    private const float WideMargin = 0.25f;

    private const int MaxMarginRows = 3;

    /// <summary>A row this close, in em, to the one above belongs to the same text.</summary>
    private const float SameText = 1.35f;

    private readonly GutterFinder _gutters = new();
    private readonly List<Row> _rows = [];
    private int[] _order = [];
    private int _zone;

    /// <summary>Rows in reading order; valid until the next call.</summary>
    public List<Row> Rows => _rows;

    /// <summary>Zone of what stands apart at the head of the page, or -1.</summary>
    public int HeadZone { get; private set; }

    /// <summary>Zone of what stands apart at its foot, or -1.</summary>
    public int FootZone { get; private set; }

    /// <summary>Word indexes that the rows refer to.</summary>
    public ReadOnlySpan<int> Words => _order;

    /// <param name="top">Top of the page in the frame.</param>
    /// <param name="bottom">Bottom of the page in the frame.</param>
    /// <param name="rightToLeft">Columns are read from the right.</param>
    public void Arrange(List<Word> list, float top, float bottom, bool rightToLeft)
    {
        var words = CollectionsMarshal.AsSpan(list);
        _rows.Clear();
        _zone = 0;
        HeadZone = FootZone = -1;
        _order = new int[words.Length];
        for (var i = 0; i < _order.Length; i++)
        {
            _order[i] = i;
        }

        var rows = new List<Row>();
        RowBuilder.Build(words, _order, 0, rows);
        if (rows.Count == 0)
        {
            return;
        }

        var height = bottom - top;
        var head = MarginRows(rows, top, height, fromTop: true);
        var foot = MarginRows(rows, bottom, -height, fromTop: false);
        if (head + foot >= rows.Count)
        {
            head = foot = 0;
        }

        var bodyStart = head == 0 ? 0 : rows[head].Start;
        var bodyEnd = foot == 0 ? _order.Length : rows[rows.Count - foot].Start;
        HeadZone = head == 0 ? -1 : 0;
        Emit(words, 0, bodyStart, apart: true);
        Divide(words, bodyStart, bodyEnd, rightToLeft, 0);
        FootZone = foot == 0 ? -1 : _zone;
        Emit(words, bodyEnd, _order.Length, apart: true);
    }

    /// <summary>Rows within the margin that a clear gap sets apart from the body.</summary>
    private static int MarginRows(List<Row> rows, float edge, float height, bool fromTop)
    {
        var apart = 0;
        var leading = SameText * MedianLeading(rows);
        for (var n = 1; n <= MaxMarginRows && n < rows.Count; n++)
        {
            var outer = fromTop ? rows[n - 1] : rows[^n];
            var inner = fromTop ? rows[n] : rows[^(n + 1)];
            var limit = edge + ((n == 1 ? WideMargin : Margin) * height);
            if (fromTop ? outer.V > limit : outer.V < limit)
            {
                break;
            }

            if (MathF.Abs(inner.V - outer.V) > MathF.Max(leading, 1.7f * MathF.Max(inner.Size, outer.Size)))
            {
                apart = n;
                break;
            }
        }

        return apart;
    }

    private static float MedianLeading(List<Row> rows)
    {
        var leadings = new float[rows.Count - 1];
        for (var i = 0; i < leadings.Length; i++)
        {
            leadings[i] = rows[i + 1].V - rows[i].V;
        }

        Array.Sort(leadings);
        return leadings.Length == 0 ? 0 : leadings[leadings.Length / 2];
    }

    private void Divide(ReadOnlySpan<Word> words, int start, int end, bool rightToLeft, int depth)
    {
        if (start == end)
        {
            return;
        }

        var rows = new List<Row>();
        RowBuilder.Build(words, _order.AsSpan(start, end - start), start, rows);
        if (depth >= MaxDepth || _gutters.Find(words, _order, CollectionsMarshal.AsSpan(rows)) is not { } gutter)
        {
            AddZone(rows);
            return;
        }

        gutter = gutter with { Top = BelowTextAbove(words, rows, gutter) };
        var from = rows[gutter.Top].Start;
        var text = rows[TopOfText(words, rows, gutter)].Start;
        var to = gutter.Bottom == rows.Count ? end : rows[gutter.Bottom].Start;
        Divide(words, start, from, rightToLeft, depth + 1);
        DivideColumns(words, from, text, gutter, rightToLeft, depth);
        DivideColumns(words, text, to, gutter, rightToLeft, depth);
        Divide(words, to, end, rightToLeft, depth + 1);
    }

    /// <summary>The short last line of the text above has the gutter's white space beside it, too: it goes with what it ends.</summary>
    private int BelowTextAbove(ReadOnlySpan<Word> words, List<Row> rows, Gutter gutter)
    {
        var top = gutter.Top;
        if (top == 0 || top + 1 >= gutter.Bottom)
        {
            return top;
        }

        var row = rows[top];
        var sides = new SideStatistics();
        sides.Add(words, _order.AsSpan(row.Start, row.Count), gutter.Low, gutter.High, row.Size);
        var leading = row.V - rows[top - 1].V;
        var goesWithAbove =
            !sides.IsShared
            && leading < SameText * row.Size
            && rows[top + 1].V - row.V > 1.1f * leading
            && MathF.Abs(row.Size - rows[top - 1].Size) < 0.05f * row.Size;
        return goesWithAbove ? top + 1 : top;
    }

    private void DivideColumns(ReadOnlySpan<Word> words, int from, int to, Gutter gutter, bool rightToLeft, int depth)
    {
        var split = Partition(words, from, to, (gutter.Low + gutter.High) / 2, rightToLeft);
        Divide(words, from, split, rightToLeft, depth + 1);
        Divide(words, split, to, rightToLeft, depth + 1);
    }

    /// <summary>
    /// The white space of a gutter often goes on through what stands side by side above the columns: authors and their addresses. The
    /// widest leading before the first line of running text ends that, if it is clearly wider than the others.
    /// </summary>
    private int TopOfText(ReadOnlySpan<Word> words, List<Row> rows, Gutter gutter)
    {
        var columns = new SideStatistics();
        for (var i = gutter.Top; i < gutter.Bottom; i++)
        {
            columns.Add(words, _order.AsSpan(rows[i].Start, rows[i].Count), gutter.Low, gutter.High, rows[i].Size);
        }

        var first = gutter.Top;
        var facing = 0;
        while (first < gutter.Bottom)
        {
            var row = new SideStatistics();
            row.Add(words, _order.AsSpan(rows[first].Start, rows[first].Count), gutter.Low, gutter.High, rows[first].Size);
            if (row.Fills(columns))
            {
                break;
            }

            facing += row.IsShared ? 1 : 0;
            first++;
        }

        if (facing < 2 || first == gutter.Bottom)
        {
            return gutter.Top;
        }

        int cut = gutter.Top;
        float widest = 0,
            sum = 0;
        for (var i = gutter.Top + 1; i <= first; i++)
        {
            var leading = rows[i].V - rows[i - 1].V;
            sum += leading;
            if (leading > widest)
            {
                (cut, widest) = (i, leading);
            }
        }

        return widest > 1.2f * sum / (first - gutter.Top) ? cut : gutter.Top;
    }

    /// <summary>Moves the words of the column that is read first to the front, keeping each column's order.</summary>
    private int Partition(ReadOnlySpan<Word> words, int from, int to, float middle, bool rightToLeft)
    {
        var second = new List<int>(to - from);
        var split = from;
        for (var i = from; i < to; i++)
        {
            if (words[_order[i]].Middle < middle != rightToLeft)
            {
                _order[split++] = _order[i];
            }
            else
            {
                second.Add(_order[i]);
            }
        }

        second.CopyTo(_order, split);
        return split;
    }

    private void Emit(ReadOnlySpan<Word> words, int start, int end, bool apart)
    {
        if (start < end)
        {
            var rows = new List<Row>();
            RowBuilder.Build(words, _order.AsSpan(start, end - start), start, rows);
            AddZone(rows, apart);
        }
    }

    private void AddZone(List<Row> rows, bool apart = false)
    {
        foreach (var row in rows)
        {
            _rows.Add(row with { Zone = _zone, Apart = apart });
        }

        _zone++;
    }
}
