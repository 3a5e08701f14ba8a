using System.Text;

namespace RagPy.Extractor.Document;

/// <summary>
/// Recognises running heads, footers and page numbers: margin lines that repeat on several pages at the same height with their digits
/// masked (left and right pages repeat each on their own), lines that stand at the same height apart from the body on most pages, printed
/// page numbers, stamps along the edge, and watermarks.
/// </summary>
internal static class FurnitureFinder
{
    /// <summary>Lines looked at from either edge.</summary>
    private const int MaxLines = 4;

    /// <summary>A running head is no longer than this.</summary>
    private const int LongestHead = 100;

    /// <summary>How far, in points, the same line may stand from page to page.</summary>
    private const float SameHeight = 12;

    /// <param name="printed">Labels found on the pages, by position.</param>
    /// <param name="stated">Labels that the file states, or null.</param>
    public static void Mark(IReadOnlyList<PageDigest> pages, IReadOnlyList<string?> printed, IReadOnlyList<string?>? stated)
    {
        var seen = new Dictionary<string, List<(int Page, int Line, float Y)>>();
        for (var p = 0; p < pages.Count; p++)
        {
            MarkStamps(pages[p]);
            MarkPageNumber(pages[p], printed[p], stated?[pages[p].Index - 1]);
            foreach (var (line, top) in MarginLines(pages[p]))
            {
                var digest = pages[p].Lines[line];
                var key = (top ? 't' : 'b') + Mask(digest.Text!);
                if (!seen.TryGetValue(key, out var places))
                {
                    seen.Add(key, places = []);
                }

                places.Add((p, line, top ? digest.Y0 : pages[p].Height - digest.Y1));
            }
        }

        foreach (var (key, places) in seen)
        {
            if (key.Length > 2)
            {
                MarkRepeated(pages, places);
            }
        }

        MarkByPlace(pages, top: true);
        MarkByPlace(pages, top: false);
        MarkWatermarks(pages);
    }

    /// <summary>Lower case, each run of digits as one sign, nothing but letters, digits and single spaces.</summary>
    public static string Mask(string line)
    {
        var builder = new StringBuilder(line.Length);
        foreach (var c in line)
        {
            if (char.IsDigit(c))
            {
                if (builder.Length == 0 || builder[^1] != '#')
                {
                    builder.Append('#');
                }
            }
            else if (char.IsLetter(c))
            {
                builder.Append(char.ToLowerInvariant(c));
            }
            else if (builder.Length > 0 && builder[^1] is not (' ' or '#'))
            {
                builder.Append(' ');
            }
        }

        return builder.ToString().Trim();
    }

    private static void MarkStamps(PageDigest page)
    {
        foreach (ref var line in page.Lines.AsSpan())
        {
            // Sideways text along the left or right edge: repository stamps, download notices.
            line.Furniture |= line.Sideways && (line.X1 < 0.09f * page.Width || line.X0 > 0.91f * page.Width);
        }
    }

    /// <summary>What the file states may count the pages of the file and not those of the print, so it must stand alone.</summary>
    private static void MarkPageNumber(PageDigest page, string? printed, string? stated)
    {
        var alone = false;
        foreach (ref readonly var line in page.Lines.AsSpan())
        {
            alone |= page.IsInMargin(line) && Bare(line.Text!).Equals(printed, StringComparison.OrdinalIgnoreCase);
        }

        foreach (ref var line in page.Lines.AsSpan())
        {
            if (page.IsInMargin(line))
            {
                var bare = Bare(line.Text!);
                line.Furniture |=
                    bare.Equals(printed, StringComparison.OrdinalIgnoreCase)
                    || bare.Equals(stated, StringComparison.OrdinalIgnoreCase)
                    || (!alone && printed is not null && StartsOrEndsWith(bare, printed));
            }
        }
    }

    /// <summary>Text across the page that stands at the same place on several pages.</summary>
    private static void MarkWatermarks(IReadOnlyList<PageDigest> pages)
    {
        var seen = new Dictionary<(string, int, int), List<(int Page, int Line)>>();
        for (var p = 0; p < pages.Count; p++)
        {
            for (var i = 0; i < pages[p].Lines.Length; i++)
            {
                var line = pages[p].Lines[i];
                if (line is { Sideways: true, Text: not null })
                {
                    var place = (line.Text, (int)MathF.Round(line.X0 / SameHeight), (int)MathF.Round(line.Y0 / SameHeight));
                    if (!seen.TryGetValue(place, out var places))
                    {
                        seen.Add(place, places = []);
                    }

                    places.Add((p, i));
                }
            }
        }

        foreach (var places in seen.Values)
        {
            if (places.DistinctBy(static place => place.Page).Count() >= LeastRepeats(pages.Count))
            {
                foreach (var (page, line) in places)
                {
                    pages[page].Lines[line].Furniture = true;
                }
            }
        }
    }

    private static int LeastRepeats(int pages) => pages <= 4 ? 2 : 3;

    private static ReadOnlySpan<char> Bare(string line) => line.AsSpan().Trim().Trim("-–—[]()|. ");

    /// <summary>The page's own number stands at one end of a running head.</summary>
    private static bool StartsOrEndsWith(ReadOnlySpan<char> text, string label) =>
        text.Length <= LongestHead
        && text.Length > label.Length
        && (
            (text.StartsWith(label, StringComparison.Ordinal) && text[label.Length] == ' ')
            || (text.EndsWith(label, StringComparison.Ordinal) && text[^(label.Length + 1)] == ' ')
        );

    private static IEnumerable<(int Line, bool Top)> MarginLines(PageDigest page)
    {
        var top = new List<int>();
        var bottom = new List<int>();
        for (var i = 0; i < page.Lines.Length; i++)
        {
            var line = page.Lines[i];
            if (line.Text is null)
            {
                continue;
            }

            if (page.IsAtTop(line))
            {
                top.Add(i);
            }
            else if (page.IsAtBottom(line))
            {
                bottom.Add(i);
            }
        }

        top.Sort((a, b) => page.Lines[a].Y0.CompareTo(page.Lines[b].Y0));
        bottom.Sort((a, b) => page.Lines[b].Y1.CompareTo(page.Lines[a].Y1));
        foreach (var line in top.Take(MaxLines))
        {
            yield return (line, true);
        }

        foreach (var line in bottom.Take(MaxLines))
        {
            yield return (line, false);
        }
    }

    private static void MarkRepeated(IReadOnlyList<PageDigest> pages, List<(int Page, int Line, float Y)> places)
    {
        var least = LeastRepeats(pages.Count);
        foreach (var (page, line, y) in places)
        {
            var alike = 0;
            var last = -1;
            foreach (var other in places)
            {
                if (MathF.Abs(other.Y - y) <= SameHeight && other.Page != last)
                {
                    alike++;
                    last = other.Page;
                }
            }

            if (alike >= least)
            {
                pages[page].Lines[line].Furniture = true;
            }
        }
    }

    /// <summary>A running head may change with every section; its place does not.</summary>
    private static void MarkByPlace(IReadOnlyList<PageDigest> pages, bool top)
    {
        var outermost = new int[pages.Count];
        var places = new Dictionary<int, int>();
        for (var p = 0; p < pages.Count; p++)
        {
            outermost[p] = Outermost(pages[p], top);
            if (outermost[p] >= 0)
            {
                foreach (var place in Places(pages[p], outermost[p], top))
                {
                    places[place] = places.GetValueOrDefault(place) + 1;
                }
            }
        }

        for (var p = 0; p < pages.Count; p++)
        {
            if (outermost[p] < 0)
            {
                continue;
            }

            foreach (var place in Places(pages[p], outermost[p], top))
            {
                if (places[place] >= Math.Max(4, 0.6 * pages.Count))
                {
                    var edge = pages[p].Lines[outermost[p]];
                    foreach (ref var line in pages[p].Lines.AsSpan())
                    {
                        line.Furniture |= !line.Sideways && MathF.Abs(line.Y0 - edge.Y0) < 2 && MathF.Abs(line.Y1 - edge.Y1) < 3;
                    }
                }
            }
        }
    }

    /// <summary>The line's height in steps of three points, both ways of rounding, so that a hair's breadth parts no pages.</summary>
    private static IEnumerable<int> Places(PageDigest page, int line, bool top)
    {
        var digest = page.Lines[line];
        var y = top ? digest.Y0 : page.Height - digest.Y1;
        yield return (int)MathF.Floor(y / 3) * 2;
        yield return ((int)MathF.Floor((y + 1.5f) / 3) * 2) + 1;
    }

    /// <summary>The topmost (lowest) line of the page if it stands in the margin and apart from the next one.</summary>
    private static int Outermost(PageDigest page, bool top)
    {
        var best = -1;
        for (var i = 0; i < page.Lines.Length; i++)
        {
            var line = page.Lines[i];
            if (!line.Sideways && (best < 0 || (top ? line.Y0 < page.Lines[best].Y0 : line.Y1 > page.Lines[best].Y1)))
            {
                best = i;
            }
        }

        if (best < 0 || !(top ? page.IsAtTop(page.Lines[best]) : page.IsAtBottom(page.Lines[best])))
        {
            return -1;
        }

        var edge = page.Lines[best];
        for (var i = 0; i < page.Lines.Length; i++)
        {
            var line = page.Lines[i];
            var gap = top ? line.Y0 - edge.Y1 : edge.Y0 - line.Y1;
            var sameRow = MathF.Abs(line.Y0 - edge.Y0) < 2;
            if (i != best && !line.Sideways && !sameRow && gap < MathF.Max(0.5f * edge.Size, 1.3f * page.Spacing))
            {
                return -1;
            }
        }

        return best;
    }
}
