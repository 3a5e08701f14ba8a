using RagPy.Core.Extraction;
using RagPy.Extractor.Text;

namespace RagPy.Extractor.Document;

/// <summary>Collects what pages tell about the document and, after the last one, marks furniture, headings and reference lists.</summary>
internal sealed class DocumentAnalyzer
{
    /// <summary>A heading or a running head is no longer than this.</summary>
    private const int LongestKept = 200;

    /// <summary>Share of the page's height, from either edge, in which furniture is looked for; a little more than the finders use.</summary>
    private const float Margins = 0.17f;

    private readonly List<PageDigest> _pages = [];
    private readonly Dictionary<int, int> _charactersBySize = [];
    private readonly List<int> _needsOcr = [];

    public IReadOnlyList<int> NeedsOcrPages => _needsOcr;

    public int PageCount => _pages.Count;

    public void Add(int index, PageText page)
    {
        var lines = new DigestLine[page.Lines.Count];
        var mayMatter = LinesThatMayMatter(page);
        for (var i = 0; i < lines.Length; i++)
        {
            var line = page.Lines[i];
            var length = line.End - line.Start;
            var half = (int)MathF.Round(line.Size * 2);
            _charactersBySize[half] = _charactersBySize.GetValueOrDefault(half) + length;
            lines[i] = new DigestLine
            {
                Start = line.Start,
                End = line.End,
                Text = length <= LongestKept && mayMatter[i] ? page.Text.Substring(line.Start, length) : null,
                X0 = line.X0,
                X1 = line.X1,
                Y0 = line.Y0,
                Y1 = line.Y1,
                Size = line.Size,
                Bold = line.Bold,
                Italic = line.Italic,
                StartsBlock = line.StartsBlock,
                Sideways = line.Sideways,
                Furniture = line.Furniture,
                Aside = line.Aside,
            };
        }

        _pages.Add(new PageDigest(index, page.Width, page.Height, page.Text.Length, lines));
        if (page.NeedsOcr)
        {
            _needsOcr.Add(index);
        }
    }

    /// <summary>Gives printed labels found on the pages, by position, null where unknown, and all regions in order.</summary>
    /// <param name="stated">Labels that the file states, by position, or null.</param>
    public (string?[] Labels, List<Region> Regions) Finish(IReadOnlyList<string?>? stated)
    {
        var labels = LabelFinder.Find(_pages);
        FurnitureFinder.Mark(_pages, labels, stated);
        var headings = HeadingFinder.Find(_pages, BodySize());
        var regions = new List<Region>(headings);
        foreach (var page in _pages)
        {
            foreach (var line in page.Lines)
            {
                if ((line.Furniture || line.Aside) && line.End > line.Start)
                {
                    regions.Add(new Region(page.Index, line.Start, line.End, line.Furniture ? RegionKind.Furniture : RegionKind.Aside, 0));
                }
            }
        }

        regions.Sort(ByPosition);
        ReferenceFinder.Add(_pages, headings, regions);
        regions.Sort(ByPosition);
        return (labels, regions);
    }

    private static int ByPosition(Region a, Region b) => a.Page != b.Page ? a.Page.CompareTo(b.Page) : a.Start.CompareTo(b.Start);

    /// <summary>Lines in the margins, and the lines of blocks short enough to be headings; of others the text is not kept.</summary>
    private static bool[] LinesThatMayMatter(PageText page)
    {
        var lines = page.Lines;
        var matter = new bool[lines.Count];
        var (top, bottom) = (float.MaxValue, float.MinValue);
        foreach (var line in lines)
        {
            top = MathF.Min(top, line.Y0);
            bottom = MathF.Max(bottom, line.Y1);
        }

        var start = 0;
        for (var i = 1; i <= lines.Count; i++)
        {
            if (i < lines.Count && !lines[i].StartsBlock)
            {
                continue;
            }

            var mayBeHeading = i - start <= HeadingFinder.MaxLines && lines[i - 1].End - lines[start].Start <= HeadingFinder.MaxLength;
            for (var j = start; j < i; j++)
            {
                matter[j] =
                    mayBeHeading
                    || lines[j].Sideways
                    || lines[j].Y1 < Margins * page.Height
                    || lines[j].Y0 > (1 - Margins) * page.Height
                    || lines[j].Y0 < top + 3
                    || lines[j].Y1 > bottom - 3;
            }

            start = i;
        }

        return matter;
    }

    /// <summary>The size that most characters have.</summary>
    private float BodySize()
    {
        int best = 20,
            most = 0;
        foreach (var (half, count) in _charactersBySize)
        {
            if (count > most || (count == most && half < best))
            {
                (best, most) = (half, count);
            }
        }

        return best / 2f;
    }
}
