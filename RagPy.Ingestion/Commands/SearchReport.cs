using RagPy.Core.Search;

namespace RagPy.Ingestion.Commands;

/// <summary>What <c>search</c> prints; the JSON form is documented in docs/user-guide/command-line.md.</summary>
internal sealed record SearchReport(
    string Query,
    string Project,
    string Mode,
    bool Approximate,
    double Milliseconds,
    IReadOnlyList<SearchReport.Result> Results
)
{
    public static SearchReport Create(string project, SearchResponse response, TimeSpan elapsed) =>
        new(
            response.Query,
            project,
            response.Mode.ToString().ToLowerInvariant(),
            response.Approximate,
            Math.Round(elapsed.TotalMilliseconds, 1),
            [.. response.Hits.Select((hit, index) => ToResult(index + 1, hit))]
        );

    private static Result ToResult(int rank, SearchHit hit) =>
        new(
            rank,
            Math.Round(hit.Score, 6),
            hit.DocumentId,
            hit.Ordinal,
            hit.Title,
            [.. hit.Creators.Select(creator => creator.ToString())],
            hit.Date,
            hit.Year,
            hit.Type,
            hit.Items[0].Key,
            [.. hit.Items.Select(item => item.Key)],
            hit.FilePath,
            hit.PageIndex is { } index ? new Page(index, hit.PageLabel) : null,
            hit.Section,
            hit.HeadingPath,
            hit.Passage,
            [.. hit.Marks.Select(mark => new[] { mark.Start, mark.End })],
            new Quote(hit.Quote.Text, hit.Quote.Start, hit.Quote.End, [.. hit.Quote.Highlights.Select(ToPart)]),
            hit.Approximate
        );

    private static QuotePart ToPart(PageHighlight highlight) =>
        new(
            highlight.PageIndex,
            highlight.Start,
            highlight.End,
            [.. highlight.Quads.Select(quad => new[] { quad.X0, quad.Y0, quad.X1, quad.Y1 })]
        );

    internal sealed record Result(
        int Rank,
        double Score,
        Guid Document,
        int Chunk,
        string Title,
        IReadOnlyList<string> Authors,
        string Date,
        int? Year,
        string Type,
        string ItemKey,
        IReadOnlyList<string> Items,
        string File,
        Page? Page,
        CitedSection? Section,
        IReadOnlyList<string> Headings,
        string Passage,
        IReadOnlyList<int[]> Highlights,
        Quote Quote,
        bool Approximate
    );

    internal sealed record Page(int Index, string? Label);

    internal sealed record Quote(string Text, int Start, int End, IReadOnlyList<QuotePart> Parts);

    internal sealed record QuotePart(int Page, int Start, int End, IReadOnlyList<float[]> Quads);
}
