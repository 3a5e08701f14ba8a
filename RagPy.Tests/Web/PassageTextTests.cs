using RagPy.Api.Pages.Data;
using RagPy.Core.Search;
using Xunit;

namespace RagPy.Tests.Web;

/// <summary>Passages cut into pieces for the page.</summary>
public sealed class PassageTextTests
{
    [Fact]
    public void Pieces_say_what_matches_and_what_is_quoted_and_lose_nothing()
    {
        var hit = Hit(
            "The sea is calm. A tide rises twice. Then it falls.",
            new SearchQuote("A tide rises twice.", 17, 36, []),
            new TextRange(4, 7),
            new TextRange(19, 23)
        );

        var pieces = PassageText.Pieces(hit, new TextRange(0, hit.Passage.Length)).ToList();

        Assert.Equal(hit.Passage, string.Concat(pieces.Select(p => p.Text)));
        Assert.Equal(["sea", "tide"], pieces.Where(p => p.IsMark).Select(p => p.Text));
        Assert.Equal("A tide rises twice.", string.Concat(pieces.Where(p => p.IsQuote).Select(p => p.Text)));
    }

    [Fact]
    public void A_long_passage_is_cut_at_words_around_the_sentence()
    {
        var before = string.Concat(Enumerable.Repeat("before ", 300));
        var after = string.Concat(Enumerable.Repeat(" after", 300));
        var hit = Hit(before + "Here." + after, new SearchQuote("Here.", before.Length, before.Length + 5, []));

        var excerpt = PassageText.Excerpt(hit);
        var text = hit.Passage[excerpt.Start..excerpt.End];

        Assert.StartsWith("before ", text, StringComparison.Ordinal);
        Assert.EndsWith("after ", text, StringComparison.Ordinal);
        Assert.Contains("Here.", text, StringComparison.Ordinal);
        Assert.InRange(text.Length, 400, 700);
    }

    [Fact]
    public void A_short_passage_is_shown_whole()
    {
        var hit = Hit("One. Two.", new SearchQuote("Two.", 5, 9, []));

        Assert.Equal(new TextRange(0, 9), PassageText.Excerpt(hit));
    }

    private static SearchHit Hit(string passage, SearchQuote quote, params TextRange[] marks) =>
        new()
        {
            DocumentId = Guid.Empty,
            Ordinal = 0,
            Score = 1,
            Title = "",
            Creators = [],
            Passage = passage,
            Marks = marks,
            Quote = quote,
            Items = [],
        };
}
