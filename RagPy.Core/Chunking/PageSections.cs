using RagPy.Core.Extraction;

namespace RagPy.Core.Chunking;

/// <summary>Cuts a page into the stretches that go into chunks: without furniture; references, and what stands outside the running text, apart from the rest.</summary>
internal static class PageSections
{
    /// <summary>Stretches of <paramref name="text"/> in order, neither blank nor with white space at their ends.</summary>
    /// <param name="regions">Regions of this page, by start; they do not overlap.</param>
    internal static List<PageSection> Cut(string text, IReadOnlyList<TextRegion> regions)
    {
        var parts = Mark(text, regions);
        GiveHeadingsToReferences(parts);

        var sections = new List<PageSection>();
        Part? last = null;
        foreach (var part in parts)
        {
            var joined =
                last is { Kind: not RegionKind.Furniture } open && open.IsReferences == part.IsReferences && open.IsAside == part.IsAside;
            if (part.Kind != RegionKind.Furniture)
            {
                var start = joined ? sections[^1].Start : part.Start;
                if (joined)
                    sections.RemoveAt(sections.Count - 1);
                sections.Add(new PageSection(start, part.End, part.IsReferences, part.IsAside));
            }

            last = part;
        }

        return sections.ConvertAll(section => Trim(text, section));
    }

    /// <summary>Regions and the text between them, without what is blank: blank text belongs to neither side.</summary>
    private static List<Part> Mark(string text, IReadOnlyList<TextRegion> regions)
    {
        var parts = new List<Part>();
        var position = 0;
        foreach (var region in regions)
        {
            // A page whose text was replaced (recognised anew) may be shorter than the regions of its first text.
            var start = Math.Clamp(region.Start, position, text.Length);
            var end = Math.Clamp(region.End, start, text.Length);
            AddUnlessBlank(position, start, null);
            AddUnlessBlank(start, end, region.Kind);
            position = end;
        }

        AddUnlessBlank(position, text.Length, null);

        return parts;

        void AddUnlessBlank(int start, int end, RegionKind? kind)
        {
            if (!CodePoints.IsBlank(text.AsSpan(start, end - start)))
                parts.Add(new Part(start, end, kind, kind == RegionKind.References));
        }
    }

    /// <summary>The heading of a list of references starts the list's first chunk; it would be lost at the end of the body's last one.</summary>
    private static void GiveHeadingsToReferences(List<Part> parts)
    {
        for (var i = parts.Count - 2; i >= 0; i--)
        {
            if (parts[i].Kind == RegionKind.Heading && parts[i + 1].IsReferences)
                parts[i] = parts[i] with { IsReferences = true };
        }
    }

    private static PageSection Trim(string text, PageSection section)
    {
        var (start, end) = CodePoints.Trim(text.AsSpan(section.Start, section.End - section.Start));

        return section with
        {
            Start = section.Start + start,
            End = section.Start + end,
        };
    }

    private sealed record Part(int Start, int End, RegionKind? Kind, bool IsReferences)
    {
        public bool IsAside => Kind == RegionKind.Aside;
    }
}
