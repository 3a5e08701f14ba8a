using System.Runtime.InteropServices;

namespace RagPy.Extractor.Layout;

/// <summary>
/// Gives superscripts and subscripts the baseline of the line they are set in. They are recognised where they are shown: right beside the
/// word before or after, moved by less than their line's em, and mostly smaller.
/// </summary>
internal static class BaselineLinker
{
    private const float MaxShift = 0.62f;
    private const float MaxGap = 0.55f;

    public static void Link(List<Word> list)
    {
        var words = CollectionsMarshal.AsSpan(list);
        var start = 0;
        for (var i = 1; i <= words.Length; i++)
        {
            if (i == words.Length || !SameSegment(words[i - 1], words[i]))
            {
                Settle(words[start..i]);
                start = i;
            }
        }
    }

    private static bool SameSegment(in Word previous, in Word word)
    {
        var size = MathF.Max(previous.Size, word.Size);
        var gap = (word.U0 - previous.U1) / size;
        var shift = MathF.Abs(word.V - previous.V) / size;
        if (shift < 0.08f)
        {
            return gap is > -0.5f and < 1.5f;
        }

        var smaller = MathF.Min(previous.Size, word.Size);
        return shift < MaxShift && gap is > -0.6f and < MaxGap && (smaller < 0.88f * size || shift < 0.3f);
    }

    /// <summary>The baseline of a segment is that of the widest stretch of its large words.</summary>
    private static void Settle(Span<Word> segment)
    {
        if (segment.Length == 1)
        {
            return;
        }

        float size = 0,
            best = 0,
            baseline = segment[0].V;
        var uneven = false;
        foreach (ref readonly var word in segment)
        {
            size = MathF.Max(size, word.Size);
            uneven |= MathF.Abs(word.V - baseline) > 0.02f;
        }

        if (!uneven)
        {
            return;
        }

        foreach (ref readonly var candidate in segment)
        {
            if (candidate.Size < 0.88f * size)
            {
                continue;
            }

            float width = 0;
            foreach (ref readonly var word in segment)
            {
                width += word.Size >= 0.88f * size && MathF.Abs(word.V - candidate.V) < 0.1f * size ? word.U1 - word.U0 : 0;
            }

            if (width > best)
            {
                (best, baseline) = (width, candidate.V);
            }
        }

        foreach (ref var word in segment)
        {
            word.LineV = baseline;
            word.LineSize = size;
        }
    }
}
