using RagPy.Core.Extraction.Sections;

namespace RagPy.Core.Extraction.Recognition;

/// <summary>Marks the list of references of recognised pages: from its heading to the next one of the same rank, over the pages between. Pages come in order.</summary>
internal sealed class ReferenceTrail
{
    /// <summary>Level of the heading of references that is open; 0 outside of them.</summary>
    private int _level;
    private int _page;

    /// <summary>The regions of a page, with those of references among them.</summary>
    public IReadOnlyList<TextRegion> Mark(RecognizedPage page)
    {
        // Between two recognised pages lies one with a text layer of its own: what is open there is not known.
        _level = page.Index == _page + 1 ? _level : 0;
        _page = page.Index;
        var marked = new List<TextRegion>();
        var position = 0;
        foreach (var region in page.Regions)
        {
            AddReferences(marked, page, position, region.Start);
            marked.Add(region);
            position = region.End;
            if (region.Kind == RegionKind.Heading && (_level == 0 || region.Level <= _level))
            {
                _level = ReferenceHeadings.Contains(page.Text[region.Start..region.End]) ? region.Level : 0;
            }
        }

        AddReferences(marked, page, position, page.Text.Length);
        return marked;
    }

    private void AddReferences(List<TextRegion> marked, RecognizedPage page, int from, int to)
    {
        if (_level == 0)
        {
            return;
        }

        while (from < to && char.IsWhiteSpace(page.Text[from]))
        {
            from++;
        }

        while (to > from && char.IsWhiteSpace(page.Text[to - 1]))
        {
            to--;
        }

        if (from < to)
        {
            marked.Add(new TextRegion(page.Index, from, to, RegionKind.References));
        }
    }
}
