using Xunit;

namespace RagPy.Tests.Extractor;

public sealed class ReadingOrderTests
{
    private const string Filler = "alpha beta gamma delta epsilon zeta eta theta";

    [Fact]
    public void Two_columns_are_read_one_after_the_other_below_a_title_across_both()
    {
        var lines = new List<(float, float, float, string)> { (120, 720, 16, "A title that spans the two columns of this page") };
        // Shown row by row, across the gutter, as some writers do.
        for (var i = 0; i < 12; i++)
        {
            lines.Add((72, 680 - (12 * i), 10, $"left{i} {Filler}"));
            lines.Add((324, 680 - (12 * i), 10, $"right{i} {Filler}"));
        }

        lines.Add((72, 500, 10, "A closing line below both columns, long enough to cross the white space between the two"));

        AssertOrder(Extracted.From(new TestPdf().Lines([.. lines])).Text(), "A title", "left0", "left11", "right0", "right11", "A closing");
    }

    [Fact]
    public void Three_columns_are_read_from_the_left()
    {
        var lines = new List<(float, float, float, string)>();
        for (var i = 0; i < 10; i++)
        {
            for (var column = 0; column < 3; column++)
            {
                lines.Add((40 + (180 * column), 700 - (12 * i), 9, $"c{column}r{i} alpha beta gamma delta zeta"));
            }
        }

        AssertOrder(Extracted.From(new TestPdf().Lines([.. lines])).Text(), "c0r0", "c0r9", "c1r0", "c1r9", "c2r0", "c2r9");
    }

    [Fact]
    public void A_table_is_read_by_rows()
    {
        var lines = new List<(float, float, float, string)>();
        for (var i = 0; i < 8; i++)
        {
            lines.Add((72, 700 - (14 * i), 10, $"row{i}"));
            lines.Add((220, 700 - (14 * i), 10, $"{i}.25"));
            lines.Add((360, 700 - (14 * i), 10, $"{i}.75"));
        }

        var text = Extracted.From(new TestPdf().Lines([.. lines])).Text();

        Assert.Contains("row0 0.25 0.75", text, StringComparison.Ordinal);
        Assert.Contains("row7 7.25 7.75", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_running_head_comes_before_both_columns()
    {
        var lines = new List<(float, float, float, string)> { (72, 760, 9, "Journal of Tests"), (500, 760, 9, "page 7") };
        for (var i = 0; i < 20; i++)
        {
            lines.Add((324, 700 - (12 * i), 10, $"right{i} {Filler}"));
            lines.Add((72, 700 - (12 * i), 10, $"left{i} {Filler}"));
        }

        AssertOrder(Extracted.From(new TestPdf().Lines([.. lines])).Text(), "Journal of Tests", "page 7", "left0", "left19", "right0");
    }

    [Fact]
    public void Sideways_text_comes_last()
    {
        var stamp = "BT /F1 12 Tf 0 1 -1 0 30 200 Tm (a stamp along the edge) Tj ET";

        AssertOrder(
            Extracted.From(new TestPdf().Page(stamp + "\n" + TestPdf.Line(100, 700, 10, "The text of the page is longer than it."))).Text(),
            "The text",
            "a stamp"
        );
    }

    private static void AssertOrder(string text, params string[] snippets)
    {
        var position = -1;
        foreach (var snippet in snippets)
        {
            var next = text.IndexOf(snippet, position + 1, StringComparison.Ordinal);
            Assert.True(next > position, $"'{snippet}' is not where it should be in:\n{text}");
            position = next;
        }
    }
}
