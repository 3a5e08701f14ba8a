using RagPy.Core.Extraction;

namespace RagPy.Extractor.Document;

/// <summary>Marks reference lists: from a heading that names one to the next heading that cannot be part of it.</summary>
internal static class ReferenceFinder
{
    /// <summary>Adds the ranges between the regions that are there already.</summary>
    /// <param name="headings">In reading order.</param>
    /// <param name="regions">Furniture and headings, ordered by position.</param>
    public static void Add(IReadOnlyList<PageDigest> pages, IReadOnlyList<Region> headings, List<Region> regions)
    {
        var taken = regions.ToArray();
        for (var i = 0; i < headings.Count; i++)
        {
            var heading = headings[i];
            if (!Text(pages, heading).IsReferences)
            {
                continue;
            }

            var next = i + 1;
            while (next < headings.Count && !Ends(pages, heading, headings[next]))
            {
                next++;
            }

            var last = next < headings.Count ? (headings[next].Page, headings[next].Start) : (pages.Count, int.MaxValue);
            Fill(pages, taken, (heading.Page, heading.End), last, regions);
            i = next - 1;
        }
    }

    /// <summary>Entries may look like headings; only back matter, another list, or a heading at least as high in the same or a larger type ends the list.</summary>
    private static bool Ends(IReadOnlyList<PageDigest> pages, in Region references, in Region heading)
    {
        var text = Text(pages, heading);
        if (text.IsReferences || text.IsBackMatter)
        {
            return true;
        }

        var own = Line(pages, references);
        var other = Line(pages, heading);
        return heading.Level <= references.Level
            && other.Size >= own.Size - 0.3f
            && other.Bold == own.Bold
            && text.IsCapitals == Text(pages, references).IsCapitals;
    }

    private static DigestLine Line(IReadOnlyList<PageDigest> pages, Region region)
    {
        foreach (var line in pages[region.Page - 1].Lines)
        {
            if (line.Start == region.Start)
            {
                return line;
            }
        }

        return default;
    }

    private static HeadingText Text(IReadOnlyList<PageDigest> pages, in Region region)
    {
        var text = "";
        foreach (var line in pages[region.Page - 1].Lines)
        {
            if (line.Start >= region.Start && line.End <= region.End)
            {
                text += (text.Length == 0 ? "" : " ") + line.Text;
            }
        }

        return HeadingText.Read(text);
    }

    private static void Fill(
        IReadOnlyList<PageDigest> pages,
        Region[] taken,
        (int Page, int At) from,
        (int Page, int At) to,
        List<Region> regions
    )
    {
        var next = 0;
        for (var page = from.Page; page <= to.Page && page <= pages.Count; page++)
        {
            while (next < taken.Length && taken[next].Page < page)
            {
                next++;
            }

            var start = page == from.Page ? from.At : 0;
            var end = page == to.Page ? Math.Min(to.At, pages[page - 1].Length) : pages[page - 1].Length;
            for (; next < taken.Length && taken[next].Page == page; next++)
            {
                var region = taken[next];
                if (region.End > start && region.Start < end)
                {
                    AddRange(page, start, region.Start, regions);
                    start = Math.Max(start, region.End);
                }
            }

            AddRange(page, start, end, regions);
        }
    }

    private static void AddRange(int page, int start, int end, List<Region> regions)
    {
        if (end > start)
        {
            regions.Add(new Region(page, start, end, RegionKind.References, 0));
        }
    }
}
