using System.Runtime.InteropServices;

namespace RagPy.Extractor.Layout;

/// <summary>
/// Takes out of the columns what interrupts the running text: footnotes at a column's foot, captions of figures at its top or foot, numbers
/// of lines. They are read after the last column, so that a sentence, and a word broken at the end of a column, go on in the next.
/// </summary>
internal sealed class AsideFinder
{
    /// <summary>Notes are set smaller than this share of the page's commonest size.</summary>
    private const float Small = 0.93f;

    /// <summary>Distance of baselines, in em, that parts two blocks.</summary>
    private const float Gap = 1.5f;

    /// <summary>Share of the page's height below which a column with notes ends.</summary>
    private const float FootOfPage = 0.55f;

    /// <summary>A longer caption is a text of its own.</summary>
    private const int MostCaptionRows = 14;

    private const int LeastLineNumbers = 5;

    private readonly List<Row> _flow = [];
    private readonly List<Row> _aside = [];
    private readonly List<Row> _last = [];
    private readonly List<(int Start, int End)> _zones = [];

    /// <summary>Marks the rows and puts them behind the others; rows that stay keep their order.</summary>
    /// <param name="footZone">Zone of the page's foot, or -1.</param>
    /// <param name="top">Top of the page in the frame.</param>
    /// <param name="bottom">Bottom of the page in the frame.</param>
    public void Arrange(List<Row> rows, in RowText text, int headZone, int footZone, float top, float bottom)
    {
        var span = CollectionsMarshal.AsSpan(rows);
        SplitZones(span);
        var body = BodySize(span);
        var found = false;
        foreach (var (index, (start, end)) in _zones.Index())
        {
            if (span[start].Zone != headZone && span[start].Zone != footZone)
            {
                found |= MarkLineNumbers(span[start..end], text) || MarkAsides(span, index, text, body, footZone, (top, bottom));
            }
        }

        if (found)
        {
            Rearrange(rows, footZone);
        }
    }

    private void SplitZones(ReadOnlySpan<Row> rows)
    {
        _zones.Clear();
        var start = 0;
        for (var i = 1; i <= rows.Length; i++)
        {
            if (i == rows.Length || rows[i].Zone != rows[start].Zone)
            {
                _zones.Add((start, i));
                start = i;
            }
        }
    }

    /// <summary>The size that most words have.</summary>
    private static float BodySize(ReadOnlySpan<Row> rows)
    {
        var counts = new Dictionary<int, int>();
        var best = 0;
        foreach (ref readonly var row in rows)
        {
            var half = (int)MathF.Round(row.Size * 2);
            counts[half] = counts.GetValueOrDefault(half) + row.Count;
            best = best == 0 || counts[half] > counts[best] ? half : best;
        }

        return best / 2f;
    }

    /// <summary>A zone of nothing but ascending integers counts the lines beside it.</summary>
    private static bool MarkLineNumbers(Span<Row> zone, in RowText text)
    {
        if (zone.Length < LeastLineNumbers)
        {
            return false;
        }

        var last = -1;
        foreach (ref readonly var row in zone)
        {
            if (text.Number(row) is not { } number || number <= last)
            {
                return false;
            }

            last = number;
        }

        foreach (ref var row in zone)
        {
            row.Furniture = true;
        }

        return true;
    }

    private bool MarkAsides(Span<Row> rows, int index, in RowText text, float body, int footZone, (float Top, float Bottom) page)
    {
        var (start, end) = _zones[index];
        var zone = rows[start..end];
        var head = Caption(zone, text, 0);
        head = Interrupts(rows, index, start + head, text, footZone) ? head : 0;
        for (var i = 0; i < head; i++)
        {
            zone[i].Aside = true;
        }

        var foot = zone.Length;
        if (zone[^1].V > page.Top + (FootOfPage * (page.Bottom - page.Top)) && !HasBelow(rows, index, text, footZone))
        {
            var caption = Interrupts(rows, index, end, text, footZone) ? LastCaption(zone, text) : zone.Length;
            foot = Math.Max(head, Math.Min(Notes(rows, index, text, body, footZone), caption));
        }

        for (var i = foot; i < zone.Length; i++)
        {
            zone[i].Aside = true;
        }

        return head > 0 || foot < zone.Length;
    }

    /// <summary>What follows a caption that ends before <paramref name="next"/> goes on with a sentence; elsewhere the caption stays with what it names.</summary>
    private bool Interrupts(ReadOnlySpan<Row> rows, int index, int next, in RowText text, int footZone)
    {
        if (next < _zones[index].End)
        {
            return text.GoesOn(rows[next]);
        }

        return index + 1 < _zones.Count && rows[_zones[index + 1].Start].Zone != footZone && text.GoesOn(rows[_zones[index + 1].Start]);
    }

    /// <summary>Rows of a caption that starts at <paramref name="first"/>, or 0.</summary>
    private static int Caption(ReadOnlySpan<Row> zone, in RowText text, int first)
    {
        if (!text.StartsCaption(zone[first]))
        {
            return 0;
        }

        var end = first + 1;
        while (end < zone.Length && !Parted(zone, end) && MathF.Abs(zone[end].Size - zone[first].Size) < 0.1f * zone[first].Size)
        {
            end++;
        }

        // Without white space below it is a sentence about the figure.
        return end - first <= MostCaptionRows && (end == zone.Length || Parted(zone, end)) ? end - first : 0;
    }

    /// <summary>Where a caption starts that ends the zone, or its length.</summary>
    private static int LastCaption(ReadOnlySpan<Row> zone, in RowText text)
    {
        for (var i = zone.Length - 1; i > 0 && i >= zone.Length - MostCaptionRows; i--)
        {
            if (Parted(zone, i))
            {
                return i + Caption(zone, text, i) == zone.Length ? i : zone.Length;
            }
        }

        return zone.Length;
    }

    /// <summary>Where the notes at the foot of a column start, or its length.</summary>
    private int Notes(ReadOnlySpan<Row> rows, int index, in RowText text, float body, int footZone)
    {
        var (start, end) = _zones[index];
        var zone = rows[start..end];
        var first = zone.Length;
        while (first > 0 && zone[first - 1].Size < Small * body)
        {
            first--;
        }

        if (first == 0)
        {
            return AreNotesBelowColumns(rows, start, text, body) ? 0 : zone.Length;
        }

        if (first == zone.Length || text.NamesReferences(zone[first - 1]) || GoesOnSmall(rows, index, body, footZone))
        {
            return zone.Length;
        }

        if (Parted(zone, first) || text.StartsNote(zone[first]))
        {
            return first;
        }

        for (var i = first + 1; i < zone.Length; i++)
        {
            if (text.StartsNote(zone[i]) && Parted(zone, i))
            {
                return i;
            }
        }

        return zone.Length;
    }

    /// <summary>A zone of small type alone, as notes are that run below several columns: it begins like a note, after text of the page's own size.</summary>
    private static bool AreNotesBelowColumns(ReadOnlySpan<Row> rows, int start, in RowText text, float body) =>
        start > 0 && rows[start - 1].Size >= Small * body && !text.NamesReferences(rows[start - 1]) && text.StartsNote(rows[start]);

    /// <summary>The next column starts in small type, too: a list that goes on there.</summary>
    private bool GoesOnSmall(ReadOnlySpan<Row> rows, int index, float body, int footZone)
    {
        for (var i = index + 1; i < _zones.Count; i++)
        {
            var next = rows[_zones[i].Start];
            if (next.Zone != footZone && !next.Furniture)
            {
                return next.Size < Small * body;
            }
        }

        return false;
    }

    private bool HasBelow(ReadOnlySpan<Row> rows, int index, in RowText text, int footZone)
    {
        var (start, end) = _zones[index];
        var (left, right) = text.Extent(rows[start..end]);
        var last = rows[end - 1];
        for (var i = index + 1; i < _zones.Count; i++)
        {
            var other = rows[_zones[i].Start.._zones[i].End];
            var (low, high) = text.Extent(other);
            if (other[0].Zone != footZone && other[^1].V > last.V + last.Size && low < right && high > left)
            {
                return true;
            }
        }

        return false;
    }

    private static bool Parted(ReadOnlySpan<Row> zone, int i) =>
        zone[i].V - zone[i - 1].V > Gap * MathF.Max(zone[i].Size, zone[i - 1].Size);

    private void Rearrange(List<Row> rows, int footZone)
    {
        _flow.Clear();
        _aside.Clear();
        _last.Clear();
        var zone = rows[^1].Zone + 1;
        for (var i = 0; i < rows.Count; i++)
        {
            var row = rows[i];
            if (row.Furniture || row.Zone == footZone)
            {
                _last.Add(row);
            }
            else if (row.Aside)
            {
                zone += i > 0 && rows[i - 1].Aside && rows[i - 1].Zone == row.Zone ? 0 : 1;
                _aside.Add(row with { Zone = zone });
            }
            else
            {
                _flow.Add(row);
            }
        }

        rows.Clear();
        rows.AddRange(_flow);
        rows.AddRange(_aside);
        rows.AddRange(_last);
    }
}
