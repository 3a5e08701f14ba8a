using RagPy.Core.Search;

namespace RagPy.Api.Pages.Data;

/// <summary>A section of a document without pages, as the reading page shows it.</summary>
/// <param name="Index">1-based.</param>
/// <param name="Count">Sections of the document.</param>
internal sealed record ReadSection(int Index, int Count, string Text)
{
    /// <summary>The text cut where marks begin and end.</summary>
    /// <param name="highlights">Parts of the quote, those in other sections too.</param>
    public IEnumerable<(string Text, bool IsMarked)> Pieces(IEnumerable<PageHighlight> highlights)
    {
        var at = 0;
        foreach (var mark in highlights.Where(h => h.PageIndex == Index && h.End <= Text.Length).OrderBy(h => h.Start))
        {
            if (mark.Start < at)
            {
                continue;
            }

            yield return (Text[at..mark.Start], false);
            yield return (Text[mark.Start..mark.End], true);
            at = mark.End;
        }

        yield return (Text[at..], false);
    }
}
