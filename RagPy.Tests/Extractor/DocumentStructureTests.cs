using RagPy.Core.Extraction;
using Xunit;

namespace RagPy.Tests.Extractor;

public sealed class DocumentStructureTests
{
    private static TestPdf Paper(int pages = 6, int firstLabel = 481)
    {
        var pdf = new TestPdf();
        for (var page = 0; page < pages; page++)
        {
            var lines = new List<string>
            {
                TestPdf.Line(72, 760, 8, page % 2 == 0 ? "On the testing of readers" : "A. Author and B. Author"),
                TestPdf.Line(page % 2 == 0 ? 520 : 72, 40, 8, $"{firstLabel + page}"),
            };
            if (page == 0)
            {
                lines.Add(TestPdf.Line(72, 700, 12, "1. Introduction", "F2"));
            }

            if (page == pages - 2)
            {
                lines.Add(TestPdf.Line(72, 700, 12, "References", "F2"));
            }

            for (var i = 0; i < 40; i++)
            {
                lines.Add(
                    TestPdf.Line(
                        72,
                        680 - (12 * i),
                        10,
                        $"Line {i} of page {page} says something that no other line says {i * 7 * (page + 3)}."
                    )
                );
            }

            pdf.Page(string.Join('\n', lines));
        }

        return pdf;
    }

    [Fact]
    public void Running_heads_and_page_numbers_are_furniture_on_left_and_right_pages()
    {
        var furniture = Extracted.From(Paper()).Regions(RegionKind.Furniture);

        Assert.Equal(12, furniture.Count);
        Assert.Contains("On the testing of readers", furniture);
        Assert.Contains("A. Author and B. Author", furniture);
        Assert.Contains("484", furniture);
    }

    [Fact]
    public void Printed_page_numbers_become_labels() =>
        Assert.Equal(["481", "482", "483", "484", "485", "486"], Extracted.From(Paper()).Labels);

    [Fact]
    public void Headings_are_found() =>
        Assert.Equal(["1. Introduction", "References"], Extracted.From(Paper()).Regions(RegionKind.Heading));

    [Fact]
    public void The_reference_list_runs_from_its_heading_to_the_end_without_furniture()
    {
        var references = Extracted.From(Paper()).Regions(RegionKind.References);

        Assert.Contains(references, text => text.Contains("Line 0 of page 4", StringComparison.Ordinal));
        Assert.Contains(references, text => text.Contains("Line 39 of page 5", StringComparison.Ordinal));
        Assert.DoesNotContain(references, text => text.Contains("of page 3", StringComparison.Ordinal));
        Assert.DoesNotContain(references, text => text.Contains("A. Author", StringComparison.Ordinal));
    }

    [Fact]
    public void Regions_are_in_order_and_do_not_overlap()
    {
        var extracted = Extracted.From(Paper());
        (int Page, int End) last = (0, 0);
        foreach (var region in extracted.Document.GetProperty("regions").EnumerateArray())
        {
            var (page, start, end) = (region[0].GetInt32(), region[1].GetInt32(), region[2].GetInt32());
            Assert.True(page > last.Page || (page == last.Page && start >= last.End));
            Assert.True(end > start && end <= extracted.Text(page).Length);
            last = (page, end);
        }
    }

    [Fact]
    public void Labels_of_the_file_win_over_printed_numbers()
    {
        var labels = "/PageLabels << /Nums [0 << /S /r >> 2 << /S /D /St 7 /P (A-) >>] >>";

        var extracted = Extracted.From(Paper(4).Catalog(labels));

        Assert.Equal(["i", "ii", "A-7", "A-8"], extracted.Labels);
        Assert.Equal("ii", extracted.Pages[1].GetProperty("label").GetString());
    }

    [Fact]
    public void Language_and_outline_are_read()
    {
        var extracted = Extracted.From(new TestPdf().Page("").Catalog("/Lang (fr-FR)"));

        Assert.Equal("fr-FR", extracted.Document.GetProperty("language").GetString());
        Assert.Empty(extracted.Document.GetProperty("outline").EnumerateArray());
        Assert.Equal(1, extracted.Document.GetProperty("pages").GetInt32());
    }
}
