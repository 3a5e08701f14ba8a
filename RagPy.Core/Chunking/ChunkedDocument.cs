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
    private bool _inReferences;
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
            if (section.IsReferences != _inReferences)
            {
                _splitter.Finish();
                _inReferences = section.IsReferences;
            }

            var isBeginning = _splitter.IsAtBeginning;
            var start = _window.Append(text.AsSpan(section.Start, section.End - section.Start), pageIndex, section.Start);
            if (isBeginning)
                _splitter.Begin(start);
            if (isFirst)
                _headings.BeginPage(start, pageIndex);
            isFirst = false;
            AddHeadings(text, regions, section, start);

            _splitter.Advance();
            _window.Release(_splitter.Needed);
        }
    }

    internal void Finish() => _splitter.Finish();

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
