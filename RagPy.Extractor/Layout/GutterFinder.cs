using System.Runtime.InteropServices;

namespace RagPy.Extractor.Layout;

/// <summary>
/// Finds the best column gutter of a zone: a maximal empty rectangle between words (Breuel, "Two geometric algorithms for layout analysis",
/// DAS 2002), found by sweeping the rows downwards and keeping the strips that no word has entered so far. A gutter must have running
/// text on its sides; the white space of tables, lists and numbered formulas has not.
/// </summary>
internal sealed class GutterFinder
{
    private const int MaxTracks = 256;

    /// <summary>Narrowest gutter in em and in points.</summary>
    private const float LeastWidth = 0.55f,
        LeastPoints = 4f;

    /// <summary>A gutter narrower than this, in em, may be a river of word spaces: it needs more lines.</summary>
    private const float SafeWidth = 1.2f;

    private const int LeastLines = 3,
        LeastLinesWhenNarrow = 6;

    private readonly List<Track> _tracks = [];
    private readonly List<Track> _next = [];
    private readonly List<(float Low, float High)> _free = [];
    private Gutter? _best;

    /// <summary>The gutter with most text beside it, or null.</summary>
    public Gutter? Find(ReadOnlySpan<Word> words, ReadOnlySpan<int> order, ReadOnlySpan<Row> rows)
    {
        _tracks.Clear();
        _best = null;
        if (rows.Length < LeastLines)
        {
            return null;
        }

        var least = MathF.Max(LeastPoints, LeastWidth * MedianSize(rows));
        for (var i = 0; i < rows.Length; i++)
        {
            FreeIntervals(words, order, rows[i], least);
            Advance(words, order, rows, i, least);
        }

        foreach (var track in _tracks)
        {
            Judge(words, order, rows, track, rows.Length);
        }

        return _best;
    }

    private static float MedianSize(ReadOnlySpan<Row> rows)
    {
        var sizes = new float[rows.Length];
        for (var i = 0; i < sizes.Length; i++)
        {
            sizes[i] = rows[i].Size;
        }

        Array.Sort(sizes);
        return sizes[sizes.Length / 2];
    }

    private void FreeIntervals(ReadOnlySpan<Word> words, ReadOnlySpan<int> order, in Row row, float least)
    {
        _free.Clear();
        var reach = float.NegativeInfinity;
        for (var i = row.Start; i < row.Start + row.Count; i++)
        {
            ref readonly var word = ref words[order[i]];
            if (word.U0 - reach >= least)
            {
                _free.Add((reach, word.U0));
            }

            reach = MathF.Max(reach, word.U1);
        }

        _free.Add((reach, float.PositiveInfinity));
    }

    private void Advance(ReadOnlySpan<Word> words, ReadOnlySpan<int> order, ReadOnlySpan<Row> rows, int row, float least)
    {
        _next.Clear();
        foreach (var track in _tracks)
        {
            var whole = false;
            foreach (var (low, high) in _free)
            {
                float lo = MathF.Max(low, track.Low),
                    hi = MathF.Min(high, track.High);
                if (hi - lo >= least)
                {
                    whole |= lo == track.Low && hi == track.High;
                    Keep(new Track(lo, hi, track.Top));
                }
            }

            if (!whole)
            {
                Judge(words, order, rows, track, row);
            }
        }

        foreach (var (low, high) in _free)
        {
            Keep(new Track(low, high, row));
        }

        _tracks.Clear();
        _tracks.AddRange(_next);
    }

    /// <summary>Of strips with the same edges only the tallest lives; a strip inside a taller one never wins.</summary>
    private void Keep(Track track)
    {
        foreach (ref var other in CollectionsMarshal.AsSpan(_next))
        {
            if (
                MathF.Abs(other.Low - track.Low) < 0.5f && MathF.Abs(other.High - track.High) < 0.5f
                || (other.Low == track.Low && other.High == track.High)
            )
            {
                other = other.Top <= track.Top ? other : track;
                return;
            }
        }

        if (_next.Count < MaxTracks)
        {
            _next.Add(track);
        }
    }

    private void Judge(ReadOnlySpan<Word> words, ReadOnlySpan<int> order, ReadOnlySpan<Row> rows, Track track, int bottom)
    {
        if (bottom - track.Top < LeastLines || !float.IsFinite(track.Low) || !float.IsFinite(track.High))
        {
            return;
        }

        var sides = new SideStatistics();
        for (var i = track.Top; i < bottom; i++)
        {
            sides.Add(words, order.Slice(rows[i].Start, rows[i].Count), track.Low, track.High, rows[i].Size);
        }

        var em = sides.Size;
        var lines = track.High - track.Low < SafeWidth * em ? LeastLinesWhenNarrow : LeastLines;
        if (!sides.IsColumns(lines) && !sides.IsTextWithMargin())
        {
            return;
        }

        var score = sides.ProseLines + MathF.Min(1, (track.High - track.Low) / (100 * em));
        if (_best is null || score > _best.Value.Score)
        {
            _best = new Gutter(track.Low, track.High, track.Top, bottom, score);
        }
    }

    private readonly record struct Track(float Low, float High, int Top);
}
