using RagPy.Core.Extraction;
using Xunit;

namespace RagPy.Tests.Extractor;

/// <summary>What stands outside the running text does not interrupt it.</summary>
public sealed class AsideTests
{
    private const string Filler = "alpha beta gamma delta epsilon zeta eta theta";

    [Fact]
    public void A_footnote_at_the_foot_of_a_column_is_read_after_the_columns()
    {
        var lines = new List<(float, float, float, string)>();
        for (var i = 0; i < 40; i++)
        {
            lines.Add((72, 700 - (12 * i), 10, i == 39 ? $"the sentence goes on about nature conser-" : $"left{i} {Filler}"));
            lines.Add((324, 700 - (12 * i), 10, i == 0 ? "vation in the next column and ends here." : $"right{i} {Filler}"));
        }

        lines.Add((72, 204, 8, "1. The note says something else than"));
        lines.Add((72, 195, 8, "the text around it."));
        var extracted = Extracted.From(new TestPdf().Lines([.. lines]));

        Assert.Contains("goes on about nature conservation\nin the next column", extracted.Text(), StringComparison.Ordinal);
        Assert.EndsWith("1. The note says something else than\nthe text around it.", extracted.Text(), StringComparison.Ordinal);
        Assert.Equal(["1. The note says something else than", "the text around it."], extracted.Regions(RegionKind.Aside));
    }

    [Theory]
    [InlineData("1. The note runs below both columns and says something else", true)]
    [InlineData("A paragraph in small type below both columns is no note", false)]
    public void Notes_below_both_columns_stand_outside_the_text_and_other_small_type_does_not(string below, bool isNote)
    {
        var lines = new List<(float, float, float, string)>();
        for (var i = 0; i < 40; i++)
        {
            lines.Add((72, 700 - (12 * i), 10, $"left{i} {Filler}"));
            lines.Add((324, 700 - (12 * i), 10, $"right{i} {Filler}"));
        }

        lines.Add((72, 195, 8, $"{below} {Filler}"));
        lines.Add((72, 186, 8, $"and goes on {Filler}"));
        var asides = Extracted.From(new TestPdf().Lines([.. lines])).Regions(RegionKind.Aside);

        Assert.Equal(isNote ? [$"{below} {Filler}", $"and goes on {Filler}"] : [], asides);
    }

    [Fact]
    public void A_caption_inside_a_sentence_is_read_after_it_and_one_elsewhere_stays_where_it_is()
    {
        static List<(float, float, float, string)> Page(string afterCaption)
        {
            var lines = new List<(float, float, float, string)>();
            for (var i = 0; i < 30; i++)
            {
                lines.Add((72, 700 - (12 * i), 10, $"left{i} {Filler}"));
                lines.Add((324, 600 - (12 * i), 10, i == 0 ? afterCaption : $"right{i} {Filler}"));
            }

            lines.Add((324, 630, 10, "Figure 3: What the test draws, in few words"));
            return lines;
        }

        var inside = Extracted.From(new TestPdf().Lines([.. Page("goes on here with the sentence of before")])).Text();
        var between = Extracted.From(new TestPdf().Lines([.. Page("Starts a new sentence of the second column")])).Text();

        Assert.EndsWith("Figure 3: What the test draws, in few words", inside, StringComparison.Ordinal);
        Assert.Contains("in few words\n\nStarts a new", between, StringComparison.Ordinal);
    }

    [Fact]
    public void Numbers_of_lines_are_furniture()
    {
        var lines = new List<(float, float, float, string)>();
        for (var i = 0; i < 20; i++)
        {
            lines.Add((50, 700 - (24 * i), 6, $"{i + 31}"));
            lines.Add((72, 700 - (24 * i), 11, $"line{i} {Filler} {Filler}"));
        }

        var extracted = Extracted.From(new TestPdf().Lines([.. lines]));

        Assert.Contains("line0 " + Filler + " " + Filler + "\nline1", extracted.Text(), StringComparison.Ordinal);
        Assert.Equal(20, extracted.Regions(RegionKind.Furniture).Count);
    }

    [Fact]
    public void A_note_in_the_margin_does_not_cut_the_lines_beside_it()
    {
        var lines = new List<(float, float, float, string)>();
        for (var i = 0; i < 30; i++)
        {
            lines.Add((72, 700 - (12 * i), 10, $"line{i} {Filler} {Filler}"[..70]));
        }

        lines.Add((430, 640, 8, "A word or two"));
        lines.Add((430, 631, 8, "set in the margin"));
        lines.Add((430, 622, 8, "of this page"));
        var text = Extracted.From(new TestPdf().Lines([.. lines])).Text();

        Assert.Contains($"{$"line5 {Filler} {Filler}"[..70]}\nline6 {Filler}", text, StringComparison.Ordinal);
        Assert.Contains("A word or two\nset in the margin\nof this page", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_watermark_across_every_page_is_furniture()
    {
        var pdf = new TestPdf();
        for (var page = 0; page < 4; page++)
        {
            pdf.Page($"BT /F1 60 Tf 0.7 0.7 -0.7 0.7 200 300 Tm (DRAFT) Tj ET\n{TestPdf.Line(72, 700, 10, $"Text of page {page}.")}");
        }

        Assert.Equal(4, Extracted.From(pdf).Regions(RegionKind.Furniture).Count(text => text == "DRAFT"));
    }

    [Fact]
    public void A_page_number_far_above_the_edge_is_a_label_and_no_part_of_a_broken_word()
    {
        var pdf = new TestPdf();
        for (var page = 0; page < 5; page++)
        {
            var lines = new List<(float, float, float, string)>();
            for (var i = 0; i < 35; i++)
            {
                lines.Add((72, 650 - (12 * i), 10, i == 34 ? "a word is bro-" : $"Line {i} of {page} {Filler}"));
            }

            lines.Add((300, 190, 10, $"{page + 12}"));
            pdf.Lines([.. lines]);
        }

        var extracted = Extracted.From(pdf);

        Assert.Equal(["12", "13", "14", "15", "16"], extracted.Labels);
        Assert.Contains("14", extracted.Regions(RegionKind.Furniture));
        Assert.EndsWith("a word is bro-\n\n14", extracted.Text(3), StringComparison.Ordinal);
    }

    [Fact]
    public void Labels_that_only_count_the_pages_give_way_to_printed_ones()
    {
        var pdf = new TestPdf().Catalog("/PageLabels << /Nums [0 << /S /D >>] >>");
        for (var page = 0; page < 5; page++)
        {
            pdf.Page($"{TestPdf.Line(72, 700, 10, "Text of a page.")}\n{TestPdf.Line(300, 40, 9, $"{page + 117}")}");
        }

        Assert.Equal(["117", "118", "119", "120", "121"], Extracted.From(pdf).Labels);
    }
}
