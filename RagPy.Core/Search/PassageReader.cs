using RagPy.Core.Chunking;
using RagPy.Core.Embedding;
using RagPy.Core.Extraction;

namespace RagPy.Core.Search;

/// <summary>Marks a passage for one query: matching words, the sentence to quote, and where that stands.</summary>
internal sealed class PassageReader(TermMatcher matcher)
{
    /// <summary>Words of a passage that match.</summary>
    public IReadOnlyList<(int Start, int End, uint Term)> Match(HydratedPoint point) => matcher.Match(point.Text, point.Language);

    /// <summary>
    /// The sentence with most different terms of the query, then most words that match, then the earliest; where none matches, the one that looks
    /// most like the query.
    /// </summary>
    public SearchQuote Quote(HydratedPoint point, IReadOnlyList<(int Start, int End, uint Term)> matches)
    {
        var sentences = SentenceSplitter.Split(point.Text);
        if (sentences.Count == 0)
        {
            return new SearchQuote(point.Text, 0, point.Text.Length, []);
        }

        var best =
            matches.Count > 0
                ? sentences.MaxBy(s =>
                {
                    var inside = matches.Where(m => m.Start >= s.Start && m.End <= s.End).ToList();
                    return (inside.DistinctBy(m => m.Term).Count(), inside.Count, -s.Start);
                })
                : sentences.MaxBy(s => (matcher.Likeness(point.Text[s.Start..s.End]), -s.Start));
        return new SearchQuote(point.Text[best.Start..best.End], best.Start, best.End, Highlights(point, best));
    }

    private static IReadOnlyList<PageHighlight> Highlights(HydratedPoint point, TextRange range) =>
        point.Spans.Count == 0
            ? []
            :
            [
                .. CitationLocator
                    .LocateAll(point.Spans, range.Start, range.End)
                    .Where(part => part.PageIndex > 0)
                    .Select(part => new PageHighlight(part.PageIndex, part.Start, part.End, Quads(point, part))),
            ];

    private static IReadOnlyList<PageQuad> Quads(HydratedPoint point, TextSpan part) =>
        point.Pages.TryGetValue(part.PageIndex, out var page) ? PageGeometry.Quads(page.Geometry, part.Start, part.End) : [];
}
