using System.Runtime.InteropServices;

namespace RagPy.Extractor.Layout;

/// <summary>
/// Joins glyphs, in the order they are shown, to words. A word ends at white space, at a gap wider than a tenth of an em (poppler's
/// threshold, measured between advances, so that no glyph outline is needed), at a change of baseline, or where the writer jumps.
/// Letter-spaced text, known by its even gaps, gets a threshold of its own.
/// </summary>
internal sealed class WordBuilder
{
    private const float WordGap = 0.1f;
    private const float IdeographicGap = 0.6f;

    /// <summary>A jump, in em, that no word spacing explains.</summary>
    private const float RunBreak = 1.5f;

    /// <summary>Baselines closer than this, in em, are one.</summary>
    private const float BaselineTolerance = 0.08f;

    private readonly List<Word> _words = [];
    private readonly List<int> _run = [];
    private float[] _gaps = new float[256];
    private bool[] _spaces = new bool[256];

    /// <summary>Words in the order of the content stream; valid until the next call.</summary>
    public List<Word> Build(List<Glyph> glyphList)
    {
        _words.Clear();
        _run.Clear();
        var glyphs = CollectionsMarshal.AsSpan(glyphList);
        var space = false;
        var spaces = 0;
        for (var i = 0; i < glyphs.Length; i++)
        {
            ref readonly var glyph = ref glyphs[i];
            if ((glyph.Kind & GlyphKind.Space) != 0)
            {
                space = true;
                continue;
            }

            if (_run.Count > 0 && !Continues(glyphs[_run[^1]], glyph))
            {
                Split(glyphs, spaces > 0);
                _run.Clear();
                spaces = 0;
            }

            EnsureCapacity(_run.Count + 1);
            _gaps[_run.Count] = _run.Count == 0 ? 0 : Gap(glyphs[_run[^1]], glyph);
            _spaces[_run.Count] = space;
            spaces += space && _run.Count > 0 ? 1 : 0;
            space = false;
            _run.Add(i);
        }

        Split(glyphs, spaces > 0);
        return _words;
    }

    /// <summary>Distance between two glyphs, in em; right-to-left letters may be shown from right to left.</summary>
    private static float Gap(in Glyph previous, in Glyph glyph)
    {
        var gap = glyph.U0 - previous.U1;
        if (gap < 0 && ((previous.Kind | glyph.Kind) & GlyphKind.RightToLeft) != 0)
        {
            gap = MathF.Max(gap, previous.U0 - glyph.U1);
        }

        return gap / MathF.Max(previous.Size, glyph.Size);
    }

    private static bool Continues(in Glyph previous, in Glyph glyph)
    {
        var size = MathF.Max(previous.Size, glyph.Size);
        var smaller = MathF.Min(previous.Size, glyph.Size);
        var gap = Gap(previous, glyph);
        return MathF.Abs(glyph.V - previous.V) <= BaselineTolerance * smaller + 0.05f
            && smaller > 0.6f * size
            && gap > -0.5f
            && gap < RunBreak;
    }

    /// <summary>Cuts the glyphs of one run into words.</summary>
    private void Split(ReadOnlySpan<Glyph> glyphs, bool hasSpaces)
    {
        if (_run.Count == 0)
        {
            return;
        }

        var threshold = hasSpaces ? WordGap : WordGap + Tracking(glyphs);
        var start = 0;
        for (var i = 1; i <= _run.Count; i++)
        {
            if (i == _run.Count || IsBreak(glyphs, i, threshold))
            {
                Add(glyphs, start, i, start > 0);
                start = i;
            }
        }
    }

    private bool IsBreak(ReadOnlySpan<Glyph> glyphs, int i, float threshold)
    {
        if (_spaces[i])
        {
            return true;
        }

        GlyphKind previous = glyphs[_run[i - 1]].Kind,
            next = glyphs[_run[i]].Kind;
        if (TurnsAround(previous, next))
        {
            return true;
        }

        var both = previous & next;
        return _gaps[i] > ((both & GlyphKind.Ideographic) != 0 ? IdeographicGap : threshold);
    }

    /// <summary>Letters of two directions make no word, however close they stand.</summary>
    private static bool TurnsAround(GlyphKind previous, GlyphKind next) =>
        (previous & next & GlyphKind.Letter) != 0 && ((previous ^ next) & GlyphKind.RightToLeft) != 0;

    /// <summary>The even gap, in em, of a letter-spaced run, or 0. Only runs of letters without shown spaces count: formulas are spaced, too.</summary>
    private float Tracking(ReadOnlySpan<Glyph> glyphs)
    {
        var count = _run.Count - 1;
        if (count < 4)
        {
            return 0;
        }

        var letters = 0;
        foreach (var i in _run)
        {
            letters += (glyphs[i].Kind & GlyphKind.Letter) != 0 ? 1 : 0;
        }

        if (letters < 0.8f * _run.Count)
        {
            return 0;
        }

        var sorted = _gaps.AsSpan(1, count).ToArray();
        Array.Sort(sorted);
        float low = sorted[count / 8],
            median = sorted[count / 2];
        return low > 0.03f && median - low < 0.08f && median < 0.8f ? median : 0;
    }

    private void Add(ReadOnlySpan<Glyph> glyphs, int start, int end, bool follows)
    {
        // Glyphs of a word are neighbours in the frame: only spaces lie between those of a run, and a space ends the word.
        var first = _run[start];
        ref readonly var head = ref glyphs[first];
        var word = new Word
        {
            First = first,
            Count = _run[end - 1] - first + 1,
            U0 = head.U0,
            U1 = head.U1,
            V = head.V,
            Size = head.Size,
            Face = head.Face,
            SpaceBefore = _spaces[start],
            FollowsPrevious = follows,
        };
        for (var i = start; i < end; i++)
        {
            ref readonly var glyph = ref glyphs[_run[i]];
            word.U0 = MathF.Min(word.U0, glyph.U0);
            word.U1 = MathF.Max(word.U1, glyph.U1);
            word.Size = MathF.Max(word.Size, glyph.Size);
            word.Kinds |= glyph.Kind;
        }

        word.LineV = word.V;
        word.LineSize = word.Size;
        _words.Add(word);
    }

    private void EnsureCapacity(int needed)
    {
        if (needed >= _gaps.Length)
        {
            Array.Resize(ref _gaps, needed * 2);
            Array.Resize(ref _spaces, needed * 2);
        }
    }
}
