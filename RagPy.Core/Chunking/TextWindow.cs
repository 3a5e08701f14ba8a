namespace RagPy.Core.Chunking;

/// <summary>
/// The body text of a document as one stream: stretches of pages joined by one line feed. Only the part still in work is held.
/// Positions count UTF-16 units from the start of the document and stay valid while the window moves on.
/// </summary>
internal sealed class TextWindow
{
    private readonly List<Stretch> _stretches = [];
    private char[] _buffer = new char[4096];
    private int _length;
    private long _origin;

    /// <summary>Position after the last character.</summary>
    internal long End => _origin + _length;

    /// <summary>Adds part of a page and gives the position of its first character.</summary>
    internal long Append(ReadOnlySpan<char> text, int pageIndex, int pageStart)
    {
        if (End > 0)
            Write("\n");

        var start = End;
        Write(text);
        _stretches.Add(new Stretch(start, End, pageIndex, pageStart));

        return start;
    }

    internal ReadOnlySpan<char> Slice(long start, long end) => _buffer.AsSpan((int)(start - _origin), (int)(end - start));

    /// <summary>The ranges of pages that <paramref name="start"/>–<paramref name="end"/> consists of.</summary>
    internal List<TextSpan> SpansOf(long start, long end)
    {
        var spans = new List<TextSpan>();
        for (var i = FirstEndingAfter(start); i < _stretches.Count && _stretches[i].Start < end; i++)
        {
            var stretch = _stretches[i];
            var offset = stretch.PageStart - stretch.Start;
            spans.Add(
                new TextSpan(stretch.PageIndex, (int)(Math.Max(start, stretch.Start) + offset), (int)(Math.Min(end, stretch.End) + offset))
            );
        }

        return spans;
    }

    /// <summary>Forgets what lies before <paramref name="position"/>.</summary>
    internal void Release(long position)
    {
        // Moving text only when at least half of it goes keeps the total work linear.
        var released = (int)(position - _origin);
        if (released < _length - released || released == 0)
            return;

        _buffer.AsSpan(released, _length - released).CopyTo(_buffer);
        _length -= released;
        _origin = position;
        _stretches.RemoveRange(0, FirstEndingAfter(position));
    }

    private int FirstEndingAfter(long position)
    {
        var low = 0;
        var high = _stretches.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_stretches[middle].End > position)
                high = middle;
            else
                low = middle + 1;
        }

        return low;
    }

    private void Write(ReadOnlySpan<char> text)
    {
        if (_buffer.Length - _length < text.Length)
            Array.Resize(ref _buffer, Math.Max(_length + text.Length, _buffer.Length * 2));

        text.CopyTo(_buffer.AsSpan(_length));
        _length += text.Length;
    }

    /// <summary>Positions of a contiguous part of one page.</summary>
    private readonly record struct Stretch(long Start, long End, int PageIndex, int PageStart);
}
