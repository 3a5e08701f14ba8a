using RagPy.Core.Chunking;
using RagPy.Core.Embedding;
using RagPy.Core.Extraction;

namespace RagPy.Core.Search;

/// <summary>Marks a passage for one query: matching words, the sentence to quote, and where that stands.</summary>
/// <param name="matcher">Finds the words of the query.</param>
/// <param name="verbatim">The query as a sentence, where it may be one.</param>
internal sealed class PassageReader(TermMatcher matcher, VerbatimQuery? verbatim)
{
    /// <summary>Words of a passage that match.</summary>
    public IReadOnlyList<(int Start, int End, uint Term)> Match(HydratedPoint point) => matcher.Match(point.Text, point.Language);

    /// <summary>
    /// The sentences that have the query word for word; else the sentence with most different terms of the query, then most words that match, then the earliest; where none matches, the one that looks
    /// most like the query.
    /// </summary>
    public SearchQuote Quote(HydratedPoint point, IReadOnlyList<(int Start, int End, uint Term)> matches)
    {
        var sentences = SentenceSplitter.Split(point.Text);
        if (sentences.Count == 0)
        {
            return new SearchQuote(point.Text, 0, point.Text.Length, []);
        }

        if (verbatim?.Locate(point.Text) is { } there)
        {
            var touched = sentences.Where(s => s.Start < there.End && s.End > there.Start).ToList();
            return Quote(
                point,
                new TextRange(
                    Math.Min(there.Start, touched.Select(s => s.Start).DefaultIfEmpty(there.Start).Min()),
                    Math.Max(there.End, touched.Select(s => s.End).DefaultIfEmpty(there.End).Max())
                )
            );
        }

        return Quote(point, BestSentence(point, matches, sentences));
    }

    private TextRange BestSentence(
        HydratedPoint point,
        IReadOnlyList<(int Start, int End, uint Term)> matches,
        IReadOnlyList<TextRange> sentences
    ) =>
        matches.Count > 0
            ? sentences.MaxBy(s =>
            {
                var inside = matches.Where(m => m.Start >= s.Start && m.End <= s.End).ToList();
                return (inside.DistinctBy(m => m.Term).Count(), inside.Count, -s.Start);
            })
            : sentences.MaxBy(s => (matcher.Likeness(point.Text[s.Start..s.End]), -s.Start));

    private static SearchQuote Quote(HydratedPoint point, TextRange range) =>
        new(point.Text[range.Start..range.End], range.Start, range.End, Highlights(point, range));

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
