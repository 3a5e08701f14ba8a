namespace RagPy.Extractor.Layout;

/// <summary>What stands on the two sides of a strip of white space: running text, or cells, labels and numbers.</summary>
internal struct SideStatistics
{
    /// <summary>A line of running text is at least this long, in em, …</summary>
    private const float LeastLength = 10;

    /// <summary>… its words cover at least this share of it, and most of them have letters.</summary>
    private const float LeastFill = 0.7f;

    /// <summary>Share of its column's width that a full line has at least.</summary>
    private const float FullLine = 0.85f;

    /// <summary>A column without running text (a figure) stands against a column of at least this many lines of it.</summary>
    private const int TallColumn = 8;

    /// <summary>Beside running text, this share of its lines with nothing but a number each counts them.</summary>
    private const float NumberedLines = 0.8f;

    private const int LeastNumberedLines = 5;

    /// <summary>A margin note has this many lines in a row on average, …</summary>
    private const float LeastNoteLines = 2;

    /// <summary>… and stands beside at most this share of the lines of text.</summary>
    private const float MostNoteLines = 0.5f;

    private int _left,
        _right,
        _shared,
        _leftProse,
        _rightProse,
        _leftNumbers,
        _besideProse,
        _leftRuns,
        _rightRuns,
        _leftWords,
        _rightWords;
    private bool _wasLeft,
        _wasRight;
    private float _leftExtent,
        _rightExtent,
        _sizes;
    private int _rows;

    /// <summary>Mean em size.</summary>
    public readonly float Size => _rows == 0 ? 1 : _sizes / _rows;

    public readonly float ProseLines => _leftProse + _rightProse;

    /// <summary>Some row has words on both sides.</summary>
    public readonly bool IsShared => _shared > 0;

    /// <summary>One side has running text over most of the width of its column.</summary>
    public readonly bool Fills(in SideStatistics columns) =>
        (_leftProse > 0 && _leftExtent > FullLine * columns._leftExtent)
        || (_rightProse > 0 && _rightExtent > FullLine * columns._rightExtent);

    public void Add(ReadOnlySpan<Word> words, ReadOnlySpan<int> row, float low, float high, float size)
    {
        Side left = new(),
            right = new();
        var middle = (low + high) / 2;
        foreach (var i in row)
        {
            ref readonly var word = ref words[i];
            if (word.Middle < middle)
            {
                left.Add(word);
            }
            else
            {
                right.Add(word);
            }
        }

        _rows++;
        _sizes += size;
        _left += left.Words > 0 ? 1 : 0;
        _right += right.Words > 0 ? 1 : 0;
        _shared += left.Words > 0 && right.Words > 0 ? 1 : 0;
        _leftProse += left.IsProse(size) ? 1 : 0;
        _rightProse += right.IsProse(size) ? 1 : 0;
        _leftNumbers += left.IsNumber ? 1 : 0;
        _besideProse += (left.Words > 0 && right.IsProse(size)) || (right.Words > 0 && left.IsProse(size)) ? 1 : 0;
        _leftRuns += left.Words > 0 && !_wasLeft ? 1 : 0;
        _rightRuns += right.Words > 0 && !_wasRight ? 1 : 0;
        _leftWords += left.Lettered;
        _rightWords += right.Lettered;
        (_wasLeft, _wasRight) = (left.Words > 0, right.Words > 0);
        _leftExtent = MathF.Max(_leftExtent, left.Extent);
        _rightExtent = MathF.Max(_rightExtent, right.Extent);
    }

    public readonly bool IsColumns(int leastLines)
    {
        if (_leftProse >= leastLines && _rightProse >= leastLines)
        {
            // Two texts side by side whose lines are mostly not running text are a table with long cells.
            return _leftProse + _rightProse >= 0.3f * (_left + _right);
        }

        var (tall, other, otherExtent, tallExtent) =
            _leftProse > _rightProse ? (_leftProse, _right, _rightExtent, _leftExtent) : (_rightProse, _left, _leftExtent, _rightExtent);
        return tall >= TallColumn && other >= leastLines && otherExtent > 0.5f * tallExtent && _shared < 0.6f * MathF.Min(_left, _right);
    }

    /// <summary>Text with something in its margin: the numbers of its lines, or notes.</summary>
    public readonly bool IsTextWithMargin() =>
        (_rightProse >= LeastNumberedLines && _leftNumbers == _left && _leftNumbers >= NumberedLines * _rightProse)
        || IsNoted(_leftProse, _right, _rightRuns, _rightWords)
        || IsNoted(_rightProse, _left, _leftRuns, _leftWords);

    /// <summary>Blocks of words beside lines of running text; cells, labels and numbers stand singly, or beside none.</summary>
    private readonly bool IsNoted(int text, int notes, int runs, int words) =>
        text >= 2 * TallColumn
        && notes >= LeastNoteLines * runs
        && runs > 0
        && notes <= MostNoteLines * text
        && words >= 1.5f * notes
        && _besideProse >= 0.8f * _shared
        && _shared > 0;

    private struct Side()
    {
        private float _covered;
        private float _low = float.MaxValue;
        private float _high = float.MinValue;
        private bool _ideographic;
        private bool _onlyDigits = true;

        public int Words { get; private set; }

        /// <summary>Words with letters.</summary>
        public int Lettered { get; private set; }

        public readonly bool IsNumber => Words == 1 && _onlyDigits;

        public readonly float Extent => Words == 0 ? 0 : _high - _low;

        public void Add(in Word word)
        {
            Words++;
            _covered += word.U1 - word.U0;
            _low = MathF.Min(_low, word.U0);
            _high = MathF.Max(_high, word.U1);
            Lettered += (word.Kinds & GlyphKind.Letter) != 0 ? 1 : 0;
            _onlyDigits &= word.Kinds == GlyphKind.Digit;
            _ideographic |= (word.Kinds & GlyphKind.Ideographic) != 0;
        }

        public readonly bool IsProse(float size) =>
            (Words >= 3 || (_ideographic && Words > 0))
            && 5 * Lettered >= 3 * Words
            && Extent >= LeastLength * size
            && _covered >= LeastFill * Extent;
    }
}
