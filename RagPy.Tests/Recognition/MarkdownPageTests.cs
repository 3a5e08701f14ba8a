using RagPy.Core.Extraction;
using RagPy.Core.Extraction.Recognition;
using Xunit;

namespace RagPy.Tests.Recognition;

/// <summary>Markdown of a page, as models give it, as text with headings.</summary>
public sealed class MarkdownPageTests
{
    [Fact]
    public void Headings_lose_their_marks_and_are_noted()
    {
        var page = MarkdownPage.Read(3, "# The lens #\n\nText.\n## Its *steps*\nMore.");

        Assert.Equal("The lens\n\nText.\n\nIts steps\n\nMore.", page.Text);
        Assert.Equal(
            [("The lens", 1), ("Its steps", 2)],
            page.Regions.Select(region => (page.Text[region.Start..region.End], region.Level))
        );
        Assert.All(page.Regions, region => Assert.Equal((3, RegionKind.Heading), (region.PageIndex, region.Kind)));
    }

    [Theory]
    [InlineData("![img-0.jpeg](img-0.jpeg)\n\nText", "Text")]
    [InlineData("**Bold** and *italic* and __both__", "Bold and italic and both")]
    [InlineData("See [the site](https://example.org/a).", "See the site.")]
    [InlineData("| a | b |\n|---|:-:|\n| 1 | 2 |", "| a | b |\n| 1 | 2 |")]
    [InlineData("One\n\n---\n\nTwo", "One\n\nTwo")]
    [InlineData("2 * 3 * 4 = 24", "2 * 3 * 4 = 24")]
    [InlineData("1\\. An \\*asterisk\\*", "1. An *asterisk*")]
    [InlineData("[12] Marsh, H. (2016).", "[12] Marsh, H. (2016).")]
    [InlineData("```\n# no heading\n```", "# no heading")]
    [InlineData("#hashtag", "#hashtag")]
    [InlineData("####### seven", "####### seven")]
    [InlineData("ﬁrst soft\u00ADhyphen \0 nul", "first softhyphen  nul")]
    [InlineData("", "")]
    [InlineData("   \n\n \n", "")]
    public void Marks_go_and_words_stay(string markdown, string text) => Assert.Equal(text, MarkdownPage.Read(1, markdown).Text);

    [Fact]
    public void A_list_of_references_is_marked_from_its_heading_over_pages_to_the_next()
    {
        var trail = new ReferenceTrail();
        var first = MarkdownPage.Read(1, "Text.\n\n# Références\n\nMarsh 2016.");
        var second = MarkdownPage.Read(2, "Le Goff 2015.\n\n# Annexe\n\nText.");

        var regions = trail.Mark(first).Concat(trail.Mark(second)).Where(region => region.Kind == RegionKind.References).ToList();

        Assert.Equal(
            ["Marsh 2016.", "Le Goff 2015."],
            regions.Select(region => (region.PageIndex == 1 ? first : second).Text[region.Start..region.End])
        );
    }

    [Fact]
    public void Blocks_say_what_a_paragraph_is()
    {
        var page = MarkdownPage.Read(
            1,
            "HEAD\n\nText.\n\n[1] Marsh.",
            paragraph =>
                paragraph switch
                {
                    "HEAD" => RegionKind.Furniture,
                    "[1] Marsh." => RegionKind.References,
                    _ => null,
                }
        );

        Assert.Equal([RegionKind.Furniture, RegionKind.References], page.Regions.Select(region => region.Kind));
    }
}
