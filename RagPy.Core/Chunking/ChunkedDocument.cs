using RagPy.Core.Extraction;

namespace RagPy.Core.Chunking;

/// <summary>A document while it is being cut: takes pages, gives chunks as soon as they are complete.</summary>
internal sealed class ChunkedDocument
{
    private readonly TextWindow _window = new();
    private readonly Dictionary<int, TextRegion[]> _regions;
    private readonly HeadingTrail _headings;
    private readonly RecursiveSplitter _splitter;
    private readonly TokenCounter _counter;
    private readonly CancellationToken _cancellationToken;

    /// <summary>Notes and captions that wait for the sentence around them to end.</summary>
    private readonly List<(int Page, int Start, string Text)> _asides = [];
    private bool _inReferences;
    private char _last;
    private int _ordinal;

    internal ChunkedDocument(TokenCounter counter, ChunkSettings settings, DocumentStructure structure, CancellationToken cancellationToken)
    {
        _counter = counter;
        _cancellationToken = cancellationToken;
        _headings = new HeadingTrail(structure);
        _regions = structure
            .Regions.GroupBy(region => region.PageIndex)
            .ToDictionary(page => page.Key, page => page.OrderBy(region => region.Start).ToArray());
        _splitter = new RecursiveSplitter(counter, settings, _window, Emit);
    }

    /// <summary>Chunks that are complete and not yet taken.</summary>
    internal Queue<Chunk> Ready { get; } = new();

    internal void Add(int pageIndex, string text)
    {
        var regions = _regions.GetValueOrDefault(pageIndex, []);
        var isFirst = true;
        foreach (var section in PageSections.Cut(text, regions))
        {
            if (section.IsAside)
            {
                _asides.Add((pageIndex, section.Start, text[section.Start..section.End]));
                continue;
            }

            if (section.IsReferences != _inReferences)
            {
                AddAsides();
                _splitter.Finish();
                _inReferences = section.IsReferences;
            }

            var start = section.Start;
            if (_asides.Count > 0)
            {
                start = AddRestOfParagraph(pageIndex, text, section, regions, ref isFirst);
                AddAsides();
            }

            if (start < section.End)
                AddSection(pageIndex, text, section with { Start = start }, regions, ref isFirst);
        }

        if (EndsSentence())
            AddAsides();
    }

    /// <summary>Adds what ends the paragraph that the page before left open, if it did; gives where the rest of the section starts.</summary>
    private int AddRestOfParagraph(int pageIndex, string text, PageSection section, TextRegion[] regions, ref bool isFirst)
    {
        if (EndsSentence())
            return section.Start;

        var found = text.AsSpan(section.Start, section.End - section.Start).IndexOf("\n\n", StringComparison.Ordinal);
        var end = found < 0 ? section.End : section.Start + found;
        AddSection(pageIndex, text, section with { End = end }, regions, ref isFirst);
        while (end < section.End && char.IsWhiteSpace(text[end]))
            end++;

        return end;
    }

    private bool EndsSentence() => _splitter.IsAtBeginning || _last is '.' or '!' or '?' or '…' or ':';

    private void AddSection(int pageIndex, string text, PageSection section, TextRegion[] regions, ref bool isFirst)
    {
        var start = Append(pageIndex, section.Start, text.AsSpan(section.Start, section.End - section.Start));
        if (isFirst)
            _headings.BeginPage(start, pageIndex);
        isFirst = false;
        AddHeadings(text, regions, section, start);
        Advance();
    }

    private void AddAsides()
    {
        foreach (var (page, start, text) in _asides)
        {
            Append(page, start, text);
            Advance();
        }

        _asides.Clear();
    }

    private long Append(int pageIndex, int pageStart, ReadOnlySpan<char> text)
    {
        var isBeginning = _splitter.IsAtBeginning;
        var start = _window.Append(text, pageIndex, pageStart);
        if (isBeginning)
            _splitter.Begin(start);
        _last = text[^1];

        return start;
    }

    private void Advance()
    {
        _splitter.Advance();
        _window.Release(_splitter.Needed);
    }

    internal void Finish()
    {
        AddAsides();
        _splitter.Finish();
    }

    private void AddHeadings(string text, TextRegion[] regions, PageSection section, long start)
    {
        foreach (var region in regions)
        {
            if (region.Kind != RegionKind.Heading || region.Start >= section.End || region.End <= section.Start)
                continue;

            var from = Math.Max(region.Start, section.Start);
            var title = text.AsSpan(from, Math.Min(region.End, section.End) - from);
            _headings.AddHeading(start + from - section.Start, region.Level, title);
        }
    }

    private void Emit(long start, long end)
    {
        _cancellationToken.ThrowIfCancellationRequested();
        var raw = _window.Slice(start, end);
        var (from, to) = CodePoints.Trim(raw);
        if (from == to)
            return;

        var text = raw[from..to].ToString();
        Ready.Enqueue(
            new Chunk(
                _ordinal++,
                text,
                _window.SpansOf(start + from, start + to),
                _headings.At(start + from),
                _counter.Count(text),
                _inReferences
            )
        );
    }
}
