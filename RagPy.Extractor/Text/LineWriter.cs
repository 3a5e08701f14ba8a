using RagPy.Core.Extraction;
using RagPy.Extractor.Layout;

namespace RagPy.Extractor.Text;

/// <summary>Writes lines to the page's text, word boxes beside them, and joins words broken at line ends.</summary>
internal sealed class LineWriter(Vocabulary vocabulary, GlyphPage page)
{
    private const float WordGap = 0.1f;

    private readonly TextBuffer _text = new();
    private readonly TextBuffer _word = new();
    private GlyphFrame? _frame;
    private bool _sideways;
    private float _lastSize;
    private int _lastZone;
    private bool _lastAside;

    /// <summary>The words of the line before ended in one that may be broken; where it starts.</summary>
    private int _lastWordStart = -1;

    public List<WordBox> Words { get; } = [];

    public List<PageLine> Lines { get; } = [];

    /// <summary>Gives the text; nothing may be written after.</summary>
    public string Finish()
    {
        RemoveTrailingSoftHyphen();
        return _text.ToString();
    }

    /// <summary>Starts another writing direction.</summary>
    public void Begin(GlyphFrame frame, bool sideways)
    {
        _frame = frame;
        _sideways = sideways;
        _lastWordStart = -1;
        _lastZone = -1;
    }

    public void Write(ReadOnlySpan<Word> words, ReadOnlySpan<Glyph> glyphs, ReadOnlySpan<int> order, in LineShape shape, in Row row)
    {
        var next = 0;
        var joined = false;
        if (_lastWordStart >= 0 && !row.Apart && (!shape.StartsBlock || ContinuesColumn(shape, row)))
        {
            joined = TryJoin(words, glyphs, order, ref next);
        }

        var lineStart = -1;
        var box = (X0: float.MaxValue, Y0: float.MaxValue, X1: float.MinValue, Y1: float.MinValue);
        for (var n = next; n < order.Length; n++)
        {
            Separate(words, order, n, next, glyphs, shape, joined);
            var start = _text.Length;
            lineStart = lineStart < 0 ? start : lineStart;
            WordText.Append(_text, words[order[n]], glyphs);
            if (_text.Length == start)
            {
                continue;
            }

            if (
                n > next
                && System.Globalization.CharUnicodeInfo.GetUnicodeCategory(_text[start])
                    == System.Globalization.UnicodeCategory.NonSpacingMark
            )
            {
                SetApart(start);
                start++;
            }

            var wordBox = AddBox(words[order[n]], start);
            box = (
                MathF.Min(box.X0, wordBox.X0),
                MathF.Min(box.Y0, wordBox.Y0),
                MathF.Max(box.X1, wordBox.X1),
                MathF.Max(box.Y1, wordBox.Y1)
            );
        }

        if (lineStart >= 0)
        {
            AddLine(lineStart, box, shape, row);
            _lastWordStart = LastTokenStart();
        }

        _lastSize = shape.Size;
        _lastZone = row.Zone;
        _lastAside = row.Aside;
    }

    /// <summary>A paragraph goes on at the top of the next column in the same size of letters.</summary>
    private bool ContinuesColumn(in LineShape shape, in Row row) =>
        row.Zone != _lastZone && row.Aside == _lastAside && MathF.Abs(shape.Size - _lastSize) < 0.05f * shape.Size;

    /// <summary>Joins the line's first word to the broken one that ends the line before. A soft hyphen that joins nothing goes.</summary>
    private bool TryJoin(ReadOnlySpan<Word> words, ReadOnlySpan<Glyph> glyphs, ReadOnlySpan<int> order, ref int next)
    {
        if (!Hyphenation.IsHyphen(_text[_text.Length - 1]))
        {
            return false;
        }

        // The first token of the line may be several words set without space (a footnote mark, a change of font).
        var count = 1;
        while (count < order.Length && !NeedsSpace(words, order, count, glyphs))
        {
            count++;
        }

        _word.Truncate(0);
        for (var n = 0; n < count; n++)
        {
            WordText.Append(_word, words[order[n]], glyphs);
        }

        var fate = Hyphenation.Decide(_text.Span(_lastWordStart), _word.Span(0), vocabulary);
        if (fate == HyphenFate.EndOfLine)
        {
            return false;
        }

        if (fate == HyphenFate.Drop)
        {
            DropHyphen();
        }

        for (var n = 0; n < count; n++)
        {
            var start = _text.Length;
            WordText.Append(_text, words[order[n]], glyphs);
            AddBox(words[order[n]], start);
        }

        next = count;
        if (Lines.Count > 0)
        {
            Lines[^1] = Lines[^1] with { End = _text.Length };
        }

        _lastWordStart = LastTokenStart();
        return true;
    }

    private void DropHyphen()
    {
        _text.Truncate(_text.Length - 1);
        if (Words.Count > 0 && Words[^1].End > _text.Length)
        {
            Words[^1] = Words[^1] with { End = _text.Length };
            if (Words[^1].End == Words[^1].Start)
            {
                Words.RemoveAt(Words.Count - 1);
            }
        }
    }

    private int LastTokenStart()
    {
        var start = _text.Length;
        while (start > 0 && !char.IsWhiteSpace(_text[start - 1]))
        {
            start--;
        }

        return start;
    }

    private void Separate(
        ReadOnlySpan<Word> words,
        ReadOnlySpan<int> order,
        int n,
        int first,
        ReadOnlySpan<Glyph> glyphs,
        in LineShape shape,
        bool joined
    )
    {
        if (n > first)
        {
            if (NeedsSpace(words, order, n, glyphs))
            {
                _text.Append(' ');
            }

            return;
        }

        if (_text.Length > 0)
        {
            RemoveTrailingSoftHyphen();
            _text.Append('\n');
            if (shape.StartsBlock && !joined)
            {
                _text.Append('\n');
            }
        }
    }

    private void RemoveTrailingSoftHyphen()
    {
        if (_text.Length > 0 && _text[_text.Length - 1] == '\u00AD')
        {
            DropHyphen();
            if (Lines.Count > 0)
            {
                Lines[^1] = Lines[^1] with { End = _text.Length };
            }
        }
    }

    private bool NeedsSpace(ReadOnlySpan<Word> words, ReadOnlySpan<int> order, int n, ReadOnlySpan<Glyph> glyphs)
    {
        ref readonly var previous = ref words[order[n - 1]];
        ref readonly var word = ref words[order[n]];
        if (word.SpaceBefore && order[n] == order[n - 1] + 1)
        {
            return true;
        }

        var rightToLeft = word.IsRightToLeft && previous.IsRightToLeft;
        var gap = rightToLeft ? previous.U0 - word.U1 : MathF.Max(word.U0 - previous.U1, previous.U0 - word.U1);
        if (gap > WordGap * MathF.Max(word.Size, previous.Size))
        {
            // Cut from the word before by its own run's threshold, or far enough by the common one.
            return true;
        }

        return NoteMarks.StandApart(previous, word, glyphs);
    }

    private void SetApart(int start)
    {
        var word = _text.Span(start).ToString();
        _text.Truncate(start);
        _text.Append(' ');
        _text.Append(word);
    }

    private WordBox AddBox(in Word word, int start)
    {
        var style = page.Faces[word.Face];
        var (x0, y0, x1, y1) = _frame!.ToPage(
            word.U0,
            word.V - (style.Ascent * word.Size),
            word.U1,
            word.V + (style.Descent * word.Size),
            page.Height
        );
        var box = new WordBox(start, _text.Length, x0, y0, x1, y1);
        if (box.End > box.Start)
        {
            Words.Add(box);
        }

        return box;
    }

    private void AddLine(int start, (float X0, float Y0, float X1, float Y1) box, in LineShape shape, in Row row) =>
        Lines.Add(
            new PageLine
            {
                Start = start,
                End = _text.Length,
                X0 = box.X0,
                Y0 = box.Y0,
                X1 = box.X1,
                Y1 = box.Y1,
                Size = shape.Size,
                Bold = shape.Bold,
                Italic = shape.Italic,
                StartsBlock = shape.StartsBlock,
                Zone = row.Zone,
                Sideways = _sideways,
                Aside = row.Aside,
                Furniture = row.Furniture,
            }
        );
}
