using RagPy.Api.Pages.Data;
using RagPy.Core.Sources;
using Xunit;

namespace RagPy.Tests.Web;

/// <summary>References as people write them down.</summary>
public sealed class CitationTests
{
    private static readonly Creator s_marsh = new("author", "Marsh", "John Paul");
    private static readonly Creator s_legoff = new("author", "Le Goff", "Anne-Marie");

    private static readonly Citation s_article = new(
        [s_marsh, s_legoff, new Creator("editor", "Roe", "Richard")],
        "The stepped lens: how light changed",
        2016,
        "Journal of Coasts",
        "10.1000/182",
        "https://example.org/x",
        "119"
    );

    [Fact]
    public void The_English_style_has_initials_year_and_page() =>
        Assert.Equal(
            "Marsh, J. P., & Le Goff, A.-M. (2016). The stepped lens: how light changed. Journal of Coasts, p. 119. https://doi.org/10.1000/182",
            s_article.ToEnglish()
        );

    [Fact]
    public void The_French_style_has_guillemets_and_et() =>
        Assert.Equal(
            "Marsh John Paul et Le Goff Anne-Marie, «\u00a0The stepped lens: how light changed\u00a0», Journal of Coasts, 2016, p.\u00a0119. https://doi.org/10.1000/182",
            s_article.ToFrench()
        );

    [Fact]
    public void Without_author_year_and_page_a_reference_begins_with_the_title_and_says_so()
    {
        var bare = new Citation([], "Carte des phares", null, "", "", "javascript:alert(1)", null);

        Assert.Equal("Carte des phares (n.d.).", bare.ToEnglish());
        Assert.Equal("«\u00a0Carte des phares\u00a0», s.\u00a0d.", bare.ToFrench());
    }

    [Fact]
    public void Editors_stand_in_where_there_is_no_author() =>
        Assert.StartsWith(
            "Roe, R. (2016).",
            (s_article with { Creators = [new Creator("editor", "Roe", "Richard")] }).ToEnglish(),
            StringComparison.Ordinal
        );

    [Fact]
    public void An_institution_keeps_its_whole_name() =>
        Assert.StartsWith(
            "Service hydrographique (2016).",
            (s_article with { Creators = [new Creator("author", "Service hydrographique", "")] }).ToEnglish(),
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData(1, "Marsh, 2016, p.\u00a0119")]
    [InlineData(2, "Marsh & Le Goff, 2016, p.\u00a0119")]
    [InlineData(3, "Marsh et al., 2016, p.\u00a0119")]
    public void In_a_text_up_to_two_names_are_given(int authors, string expected)
    {
        Creator[] all = [s_marsh, s_legoff, new("author", "Doe", "Jane")];

        Assert.Equal(expected, (s_article with { Creators = all[..authors] }).ToShort(french: false));
    }
}
