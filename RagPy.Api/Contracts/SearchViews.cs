using RagPy.Core.Search;
using RagPy.Core.Zotero;

namespace RagPy.Api.Contracts;

/// <summary>Turns an answer of the search into what the API says.</summary>
internal static class SearchViews
{
    public static SearchView ToView(this SearchResponse response, TimeSpan elapsed) =>
        new(
            response.Query,
            response.Mode,
            response.Embedder,
            response.Approximate,
            Math.Round(elapsed.TotalMilliseconds, 1),
            [.. response.Hits.Select((hit, index) => ToView(index + 1, hit))]
        );

    private static SearchResultView ToView(int rank, SearchHit hit) =>
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
            hit.PublicationTitle,
            hit.Url,
            hit.Doi,
            hit.Items[0].Key,
            [.. hit.Items.Select(item => item.Key)],
            hit.FilePath,
            hit.PageIndex is { } index ? new CitedPage(index, hit.PageLabel) : null,
            hit.Section,
            hit.HeadingPath,
            hit.Passage,
            hit.CleanedPassage,
            [.. hit.Marks.Select(mark => new[] { mark.Start, mark.End })],
            new QuoteView(hit.Quote.Text, hit.Quote.Start, hit.Quote.End, [.. hit.Quote.Highlights.Select(ToPart)]),
            [.. hit.Items.Select(item => new ZoteroItem(item.Key, item.Title, ZoteroLink.Of(item.Key, item.Library)))],
            hit.Approximate
        );

    private static QuotePart ToPart(PageHighlight highlight) =>
        new(
            highlight.PageIndex,
            highlight.Start,
            highlight.End,
            [.. highlight.Quads.Select(quad => new[] { quad.X0, quad.Y0, quad.X1, quad.Y1 })]
        );
}
