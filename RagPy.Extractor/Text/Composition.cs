using System.Text;

namespace RagPy.Extractor.Text;

/// <summary>
/// Unicode normalisation form C (UAX #15). The runtime's own needs ICU, which this process does without: in invariant mode
/// <see cref="string.Normalize()"/> returns its input.
/// </summary>
internal static class Composition
{
    private const int HangulBase = 0xAC00,
        LeadBase = 0x1100,
        VowelBase = 0x1161,
        TrailBase = 0x11A7,
        LeadCount = 19,
        VowelCount = 21,
        TrailCount = 28,
        HangulCount = LeadCount * VowelCount * TrailCount;

    private static readonly Lazy<Tables> s_tables = new(Tables.Load);

    /// <summary>Gives the composed form; the same instance when nothing changes.</summary>
    public static string Compose(string text) => IsTrivial(text) ? text : ComposeSlowly(text);

    /// <summary>True when no character can take part in a composition, by blocks; false costs only time.</summary>
    public static bool IsTrivial(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (c >= 0x300 && !IsInert(c))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsInert(char c) =>
        c
            is (>= '\u0388' and <= '\u0482') // Greek, Cyrillic
                or (>= '\u048A' and <= '\u0590')
                or (>= '\u1E00' and <= '\u1EFF')
                or (>= '\u2002' and <= '\u20CF')
                or (>= '\u2100' and <= '\u2125')
                or (>= '\u212C' and <= '\u2328')
                or (>= '\u232B' and <= '\u2ADB')
                or (>= '\u3000' and <= '\u3029')
                or (>= '\u3400' and <= '\u9FFF')
                or (>= '\uE000' and <= '\uF8FF')
                or (>= '\uFB00' and <= '\uFB06')
                or (>= '\uFE30' and <= '\uFFEF');

    private static string ComposeSlowly(string text)
    {
        var tables = s_tables.Value;
        var points = new List<int>(text.Length + 8);
        foreach (var rune in text.EnumerateRunes())
        {
            Decompose(rune.Value, points, tables);
        }

        Reorder(points, tables);
        Recompose(points, tables);
        var builder = new StringBuilder(points.Count);
        foreach (var point in points)
        {
            builder.Append(new Rune(point).ToString());
        }

        var composed = builder.ToString();
        return composed == text ? text : composed;
    }

    private static void Decompose(int point, List<int> into, Tables tables)
    {
        var syllable = point - HangulBase;
        if (syllable is >= 0 and < HangulCount)
        {
            into.Add(LeadBase + (syllable / (VowelCount * TrailCount)));
            into.Add(VowelBase + (syllable % (VowelCount * TrailCount) / TrailCount));
            if (syllable % TrailCount != 0)
            {
                into.Add(TrailBase + (syllable % TrailCount));
            }
        }
        else if (tables.Decompositions.TryGetValue(point, out var pair))
        {
            Decompose(pair.First, into, tables);
            if (pair.Second != 0)
            {
                into.Add(pair.Second);
            }
        }
        else
        {
            into.Add(point);
        }
    }

    /// <summary>Canonical ordering: marks by class, those of one class in place.</summary>
    private static void Reorder(List<int> points, Tables tables)
    {
        for (var i = 1; i < points.Count; i++)
        {
            var mark = tables.ClassOf(points[i]);
            for (var j = i; mark != 0 && j > 0 && tables.ClassOf(points[j - 1]) > mark; j--)
            {
                (points[j - 1], points[j]) = (points[j], points[j - 1]);
            }
        }
    }

    private static void Recompose(List<int> points, Tables tables)
    {
        int starter = -1,
            lastClass = -1,
            length = 0;
        for (var i = 0; i < points.Count; i++)
        {
            var point = points[i];
            var mark = tables.ClassOf(point);
            // A mark is blocked from its starter by one of the same or a higher class, a starter by anything in between.
            if (starter >= 0 && lastClass < (mark == 0 ? 0 : mark) && TryPair(points[starter], point, tables, out var composite))
            {
                points[starter] = composite;
                continue;
            }

            if (mark == 0)
            {
                starter = length;
                lastClass = -1;
            }
            else
            {
                lastClass = mark;
            }

            points[length++] = point;
        }

        points.RemoveRange(length, points.Count - length);
    }

    private static bool TryPair(int first, int second, Tables tables, out int composite)
    {
        if (first - LeadBase is >= 0 and < LeadCount && second - VowelBase is >= 0 and < VowelCount)
        {
            composite = HangulBase + ((((first - LeadBase) * VowelCount) + (second - VowelBase)) * TrailCount);
            return true;
        }

        if (
            first - HangulBase is >= 0 and < HangulCount
            && (first - HangulBase) % TrailCount == 0
            && second - TrailBase is > 0 and < TrailCount
        )
        {
            composite = first + (second - TrailBase);
            return true;
        }

        return tables.Compositions.TryGetValue(((long)first << 32) | (uint)second, out composite);
    }

    private sealed class Tables
    {
        private readonly Dictionary<int, byte> _classes = [];

        public Dictionary<int, (int First, int Second)> Decompositions { get; } = [];

        public Dictionary<long, int> Compositions { get; } = [];

        public int ClassOf(int point) => point < 0x300 ? 0 : _classes.GetValueOrDefault(point);

        public static Tables Load()
        {
            var tables = new Tables();
            var bytes = Convert.FromBase64String(CompositionData.Packed);
            var position = 0;
            var point = 0;
            for (var count = Next(); count > 0; count--)
            {
                point += Next();
                var first = Next();
                var second = Next();
                tables.Decompositions.Add(point, (first >> 1, second));
                if ((first & 1) != 0)
                {
                    tables.Compositions.Add(((long)(first >> 1) << 32) | (uint)second, point);
                }
            }

            point = 0;
            for (var count = Next(); count > 0; count--)
            {
                point += Next();
                var length = Next();
                var mark = (byte)Next();
                for (var i = 0; i < length; i++)
                {
                    tables._classes.Add(point + i, mark);
                }
            }

            return tables;

            int Next()
            {
                int value = 0,
                    shift = 0;
                byte b;
                do
                {
                    b = bytes[position++];
                    value |= (b & 0x7f) << shift;
                    shift += 7;
                } while (b >= 0x80);
                return value;
            }
        }
    }
}
