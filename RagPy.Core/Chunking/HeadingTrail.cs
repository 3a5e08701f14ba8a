using RagPy.Core.Extraction;

namespace RagPy.Core.Chunking;

/// <summary>Which headings a position of the text stands under. Positions are added and asked for in ascending order.</summary>
internal sealed class HeadingTrail
{
    /// <summary>A longer heading is a mistaken one; it is cut so that a chunk's path stays small.</summary>
    private const int LongestTitle = 300;

    private readonly List<(int Level, string Title)> _open = [];
    private readonly Queue<(long Position, string[] Path)> _ahead = new();
    private readonly Queue<(int Page, string[] Path)> _outline;
    private string[] _current = [];

    /// <param name="structure">The outline is used only where no heading was found in the text.</param>
    internal HeadingTrail(DocumentStructure structure) =>
        _outline = structure.Regions.Any(region => region.Kind == RegionKind.Heading) ? new() : PathsByPage(structure.Outline);

    /// <summary>Adds a heading found in the text.</summary>
    internal void AddHeading(long position, int level, ReadOnlySpan<char> title)
    {
        if (Open(_open, level, title.ToString()))
            _ahead.Enqueue((position, PathOf(_open)));
    }

    /// <summary>Says where the text of a page begins. What the outline puts on a page holds from the page's first character on.</summary>
    internal void BeginPage(long position, int pageIndex)
    {
        string[]? path = null;
        while (_outline.TryPeek(out var entry) && entry.Page <= pageIndex)
            path = _outline.Dequeue().Path;

        if (path is not null)
            _ahead.Enqueue((position, path));
    }

    /// <summary>Headings over <paramref name="position"/>, outermost first.</summary>
    internal IReadOnlyList<string> At(long position)
    {
        while (_ahead.TryPeek(out var next) && next.Position <= position)
            _current = _ahead.Dequeue().Path;

        return _current;
    }

    private static Queue<(int Page, string[] Path)> PathsByPage(IReadOnlyList<OutlineEntry> outline)
    {
        var open = new List<(int Level, string Title)>();
        var paths = new List<(int Page, string[] Path)>();
        foreach (var entry in outline)
        {
            if (Open(open, entry.Level, entry.Title) && entry.PageIndex is { } page)
                paths.Add((page, PathOf(open)));
        }

        // OrderBy is stable: of several entries of a page the last in reading order stays the last.
        return new(paths.OrderBy(path => path.Page));
    }

    private static bool Open(List<(int Level, string Title)> open, int level, string title)
    {
        var clean = string.Join(' ', title.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        if (clean.Length == 0)
            return false;

        if (clean.Length > LongestTitle)
            clean = clean[..(char.IsHighSurrogate(clean[LongestTitle - 1]) ? LongestTitle - 1 : LongestTitle)];
        open.RemoveAll(heading => heading.Level >= level);
        open.Add((level, clean));

        return true;
    }

    private static string[] PathOf(List<(int Level, string Title)> open) => [.. open.Select(heading => heading.Title)];
}
