using System.Runtime.InteropServices;
using RagPy.Extractor.Layout;

namespace RagPy.Extractor.Text;

/// <summary>
/// Makes a page's text from its glyphs. The writing direction of most glyphs is read first; text across it (stamps along the edge,
/// watermarks) comes last. One composer serves one document, for what its pages teach about hyphens.
/// </summary>
internal sealed class PageComposer
{
    private readonly WordBuilder _wordBuilder = new();
    private readonly ReadingOrder _readingOrder = new();
    private readonly AsideFinder _asides = new();
    private readonly Vocabulary _vocabulary = new();
    private readonly TextBuffer _scratch = new();
    private readonly List<LineShape> _shapes = [];

    /// <summary>Lays out one page.</summary>
    public PageText Compose(GlyphPage page)
    {
        var writer = new LineWriter(_vocabulary, page);
        page.Frames.Sort(
            static (a, b) => a.Glyphs.Count != b.Glyphs.Count ? b.Glyphs.Count.CompareTo(a.Glyphs.Count) : a.Degrees.CompareTo(b.Degrees)
        );
        for (var i = 0; i < page.Frames.Count; i++)
        {
            ComposeFrame(page, page.Frames[i], sideways: i > 0, writer);
        }

        var text = writer.Finish();
        return new PageText(text, writer.Words, writer.Lines, page.Width, page.Height, OcrNeed.Judge(page, text));
    }

    private void ComposeFrame(GlyphPage page, GlyphFrame frame, bool sideways, LineWriter writer)
    {
        GlyphCleaner.Clean(frame.Glyphs);
        var wordList = _wordBuilder.Build(frame.Glyphs);
        if (wordList.Count == 0)
        {
            return;
        }

        BaselineLinker.Link(wordList);
        var glyphs = CollectionsMarshal.AsSpan(frame.Glyphs);
        var words = CollectionsMarshal.AsSpan(wordList);
        Learn(words, glyphs);
        var (top, bottom) = Extent(frame, page);
        _readingOrder.Arrange(wordList, top, bottom, IsRightToLeft(words));
        _asides.Arrange(
            _readingOrder.Rows,
            new RowText(words, glyphs, _readingOrder.Words),
            _readingOrder.HeadZone,
            _readingOrder.FootZone,
            top,
            bottom
        );
        var rows = CollectionsMarshal.AsSpan(_readingOrder.Rows);
        Shape(page, rows, words, glyphs);
        writer.Begin(frame, sideways);
        Span<int> line = [];
        for (var i = 0; i < rows.Length; i++)
        {
            if (line.Length < rows[i].Count)
            {
                line = new int[rows[i].Count * 2];
            }

            var count = Distinct(_readingOrder.Words.Slice(rows[i].Start, rows[i].Count), words, glyphs, line);
            LineOrder.ToLogical(words, line[..count]);
            writer.Write(words, glyphs, line[..count], _shapes[i], rows[i]);
        }
    }

    private static (float Top, float Bottom) Extent(GlyphFrame frame, GlyphPage page)
    {
        float a = frame.FromPage(0, 0).V,
            b = frame.FromPage(page.Width, page.Height).V;
        return (MathF.Min(a, b), MathF.Max(a, b));
    }

    private void Learn(ReadOnlySpan<Word> words, ReadOnlySpan<Glyph> glyphs)
    {
        foreach (ref readonly var word in words)
        {
            if (word.Count > 2)
            {
                _scratch.Truncate(0);
                foreach (ref readonly var glyph in glyphs.Slice(word.First, word.Count))
                {
                    _scratch.Append(glyph.Text);
                }

                _vocabulary.Add(_scratch.Span(0));
            }
        }
    }

    private static bool IsRightToLeft(ReadOnlySpan<Word> words)
    {
        int right = 0,
            total = 0;
        foreach (ref readonly var word in words)
        {
            total += word.Count;
            right += word.IsRightToLeft ? word.Count : 0;
        }

        return right * 2 > total;
    }

    private void Shape(GlyphPage page, ReadOnlySpan<Row> rows, ReadOnlySpan<Word> words, ReadOnlySpan<Glyph> glyphs)
    {
        _shapes.Clear();
        foreach (ref readonly var row in rows)
        {
            var order = _readingOrder.Words.Slice(row.Start, row.Count);
            float width = 0,
                bold = 0,
                italic = 0,
                right = float.MinValue;
            foreach (var i in order)
            {
                ref readonly var word = ref words[i];
                var face = page.Faces[word.Face];
                var extent = word.U1 - word.U0;
                width += extent;
                bold += face.Bold ? extent : 0;
                italic += face.Italic ? extent : 0;
                right = MathF.Max(right, word.U1);
            }

            var last = words[order[^1]];
            _shapes.Add(
                new LineShape
                {
                    U0 = words[order[0]].U0,
                    U1 = right,
                    V = row.V,
                    Size = row.Size,
                    Bold = bold > 0.8f * width,
                    Italic = italic > 0.8f * width,
                    EndsInHyphen = last.Count > 1 && Hyphenation.IsHyphen(glyphs[last.First + last.Count - 1].Text[^1]),
                }
            );
        }

        var shapes = CollectionsMarshal.AsSpan(_shapes);
        var start = 0;
        for (var i = 1; i <= rows.Length; i++)
        {
            if (i == rows.Length || rows[i].Zone != rows[start].Zone)
            {
                BlockRules.Mark(shapes[start..i]);
                shapes[start].StartsBlock = start == 0 || !GoesOn(rows, shapes, start, words, glyphs);
                start = i;
            }
        }
    }

    /// <summary>A sentence goes on from the end of one column to the top of the next.</summary>
    private bool GoesOn(ReadOnlySpan<Row> rows, ReadOnlySpan<LineShape> shapes, int i, ReadOnlySpan<Word> words, ReadOnlySpan<Glyph> glyphs)
    {
        Row row = rows[i],
            previous = rows[i - 1];
        if (row.Apart || previous.Apart || row.Furniture || previous.Furniture || row.Aside != previous.Aside)
        {
            return false;
        }

        var first = words[_readingOrder.Words[row.Start]];
        var last = words[_readingOrder.Words[previous.Start + previous.Count - 1]];
        return char.IsLower(glyphs[first.First].Text[0])
            && glyphs[last.First + last.Count - 1].Text[^1] is not ('.' or '!' or '?' or ':' or ';' or '…')
            && shapes[i].Bold == shapes[i - 1].Bold
            && MathF.Abs(row.Size - previous.Size) < 0.05f * row.Size;
    }

    /// <summary>Copies a row's words, those struck twice once: the same glyphs within a fifth of an em.</summary>
    private static int Distinct(ReadOnlySpan<int> row, ReadOnlySpan<Word> words, ReadOnlySpan<Glyph> glyphs, Span<int> into)
    {
        var count = 0;
        foreach (var i in row)
        {
            var duplicate = false;
            for (var j = count - 1; j >= 0 && j >= count - 3 && !duplicate; j--)
            {
                duplicate = IsSame(words[into[j]], words[i], glyphs);
            }

            if (!duplicate)
            {
                into[count++] = i;
            }
        }

        return count;
    }

    private static bool IsSame(in Word a, in Word b, ReadOnlySpan<Glyph> glyphs)
    {
        if (
            a.Count != b.Count
            || MathF.Abs(a.U0 - b.U0) > 0.2f * a.Size
            || MathF.Abs(a.V - b.V) > 0.1f * a.Size
            || MathF.Abs(a.Size - b.Size) > 0.1f * a.Size
        )
        {
            return false;
        }

        for (var i = 0; i < a.Count; i++)
        {
            if (glyphs[a.First + i].Text != glyphs[b.First + i].Text)
            {
                return false;
            }
        }

        return true;
    }
}
