using Xunit;

namespace RagPy.Tests.Extractor;

public sealed class PageTextTests
{
    [Fact]
    public void Lines_of_a_paragraph_stay_together_and_paragraphs_are_parted()
    {
        var extracted = Extracted.From(
            new TestPdf().Lines(
                (72, 700, 10, "The first line of a paragraph runs on"),
                (72, 688, 10, "to a second one and a third one"),
                (72, 676, 10, "which is the last one of it."),
                (72, 646, 10, "Another paragraph."),
                (72, 634, 10, "It ends here.")
            )
        );

        Assert.Equal(
            "The first line of a paragraph runs on\nto a second one and a third one\nwhich is the last one of it.\n\nAnother paragraph.\nIt ends here.",
            extracted.Text()
        );
    }

    [Fact]
    public void Words_are_parted_by_gaps_where_no_space_is_shown()
    {
        var extracted = Extracted.From(new TestPdf().Page("BT /F3 10 Tf 72 700 Td [(two)-250(wor)20(ds)] TJ ET"));

        Assert.Equal("two words", extracted.Text());
    }

    [Fact]
    public void Letter_spaced_words_stay_whole()
    {
        var spaced = "BT /F1 12 Tf 72 700 Td [(A)-200(B)-200(S)-200(T)-200(R)-200(A)-200(C)-200(T)] TJ ET";
        var byOperator = "BT /F1 12 Tf 3 Tc 72 660 Td (SUMMARY) Tj ET";

        Assert.Equal("ABSTRACT\n\nSUMMARY", Extracted.From(new TestPdf().Page($"{spaced}\n{byOperator}")).Text());
    }

    [Fact]
    public void Spacing_that_is_taken_back_within_words_stands_for_spaces()
    {
        var extracted = Extracted.From(
            new TestPdf().Page("BT /F3 1 Tf 10 0 0 10 72 700 Tm .25 Tc [(\\)o)250(re)250(v)250(e)250(n)] TJ ET")
        );

        Assert.Equal(") or even", extracted.Text());
    }

    [Fact]
    public void A_compact_font_without_an_encoding_has_its_own()
    {
        var path = Path.Combine(AppContext.BaseDirectory, "Data", "extraction", "compact-symbol-font.pdf");

        Assert.Equal("∈ {|} ≤", Extracted.FromFile(path).Text());
    }

    [Theory]
    [InlineData("di\\016culty) Tj 50 0 Td (to) Tj 15 0 Td (\\014nd,) Tj 25 0 Td (a\\013ord", "difficulty to find, afford", 11, 12, 14)]
    [InlineData(
        "c\\367ur,) Tj 30 0 Td (di\\036cile) Tj 40 0 Td (\\340) Tj 10 0 Td (d\\351\\034nir",
        "cœur, difficile à définir",
        28,
        30,
        224,
        233,
        247
    )]
    public void Bitmap_fonts_of_TeX_are_read_by_the_numbers_of_their_glyphs(string shown, string expected, params int[] codes)
    {
        var names = codes.Concat([',', .. Enumerable.Range('a', 26)]).Order().Select(code => $"{code} /a{code}");
        var font =
            "/Type /Font /Subtype /Type3 /FontMatrix [0.01 0 0 0.01 0 0] /FontBBox [0 0 50 50] /CharProcs << >> /FirstChar 0 /LastChar 255 "
            + $"/Encoding << /Type /Encoding /Differences [{string.Join(' ', names)}] >> /Widths [{string.Join(' ', Enumerable.Repeat(50, 256))}]";

        var extracted = Extracted.From(new TestPdf().Font("F4", font).Page($"BT /F4 10 Tf 72 700 Td ({shown}) Tj ET"));

        Assert.Equal(expected, extracted.Text());
        Assert.False(extracted.NeedsOcr());
    }

    [Theory]
    [InlineData("infor-", "mation is here", "information\nis here")]
    [InlineData("Radon-", "Nikodym holds", "Radon-Nikodym\nholds")]
    [InlineData("COVID-", "19 spread", "COVID-19\nspread")]
    [InlineData("state-of-the-", "art methods", "state-of-the-art\nmethods")]
    [InlineData("lui-", "m\u00eame le dit", "lui-m\u00eame\nle dit")]
    [InlineData("pages 10-", "20 of it", "pages 10-\n20 of it")]
    public void A_word_broken_at_the_end_of_a_line_is_joined(string first, string second, string expected) =>
        Assert.Equal(expected, Extracted.From(new TestPdf().Lines((72, 700, 10, first), (72, 688, 10, second))).Text());

    [Fact]
    public void A_hyphen_that_the_page_shows_elsewhere_is_kept()
    {
        var extracted = Extracted.From(
            new TestPdf().Lines((72, 712, 10, "A well-known two-phase commit and the two-"), (72, 700, 10, "phase protocol."))
        );

        Assert.EndsWith("two-phase\nprotocol.", extracted.Text(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_accent_drawn_over_a_letter_is_put_on_it()
    {
        // As TeX's \accent does: the acute, a step back, the letter.
        var extracted = Extracted.From(new TestPdf().Page("BT /F3 10 Tf 72 700 Td [(th)] TJ [(\u00b4)388(e)55(orie)] TJ ET"));

        Assert.Equal("th\u00e9orie", extracted.Text());
    }

    [Fact]
    public void Text_struck_twice_is_taken_once()
    {
        var line = TestPdf.Line(72, 700, 12, "Bold by force");

        Assert.Equal(
            "Bold by force",
            Extracted.From(new TestPdf().Page(line + "\n" + TestPdf.Line(72.4f, 700, 12, "Bold by force"))).Text()
        );
    }

    [Fact]
    public void Text_outside_the_crop_box_is_left_out()
    {
        var page = TestPdf.Line(100, 700, 10, "inside") + "\n" + TestPdf.Line(100, 20, 10, "outside");

        Assert.Equal("inside", Extracted.From(new TestPdf().Page(page, "/CropBox [50 100 562 742]")).Text());
    }

    [Fact]
    public void Invisible_text_of_a_scan_is_text() =>
        Assert.Equal("recognised", Extracted.From(new TestPdf().Page("3 Tr " + TestPdf.Line(72, 700, 10, "recognised"))).Text());

    [Fact]
    public void Footnote_marks_and_exponents_do_not_stick_to_words_and_numbers()
    {
        var mark =
            "BT /F1 10 Tf 72 700 Td (learning) Tj /F1 6 Tf 4 Ts (1) Tj 0 Ts /F1 10 Tf ( is over 10) Tj /F1 6 Tf 4 Ts (3) Tj 0 Ts /F1 10 Tf ( km) Tj ET";

        Assert.Equal("learning 1 is over 10 3 km", Extracted.From(new TestPdf().Page(mark)).Text());
    }

    [Fact]
    public void Boxes_are_measured_from_the_top_left_of_the_displayed_page()
    {
        var extracted = Extracted.From(new TestPdf().Page(TestPdf.Line(72, 700, 10, "word"), "/CropBox [22 42 612 792]"));

        var word = Assert.Single(extracted.Words());
        Assert.Equal("word", extracted.Text()[word.Start..word.End]);
        Assert.InRange(word.X0, 49.5f, 50.5f);
        Assert.InRange(word.Y0, 80, 92);
        Assert.InRange(word.Y1, 92, 96);
    }

    [Fact]
    public void A_rotated_page_is_read_as_displayed()
    {
        // Upright once the page is turned by a quarter clockwise.
        var content = "BT /F1 10 Tf 0 1 -1 0 100 200 Tm (turned page) Tj ET";
        var extracted = Extracted.From(new TestPdf().Page(content, "/Rotate 90"));

        Assert.Equal("turned page", extracted.Text());
        Assert.Equal(792, extracted.Pages[0].GetProperty("width").GetDouble());
        var word = extracted.Words()[0];
        Assert.True(word.X1 - word.X0 > word.Y1 - word.Y0);
    }

    [Fact]
    public void Every_word_of_the_geometry_is_a_word_of_the_text()
    {
        var extracted = Extracted.From(
            new TestPdf().Lines((72, 700, 10, "One two three"), (72, 688, 10, "four hyphen-"), (72, 676, 10, "ated five."))
        );
        var text = extracted.Text();

        Assert.All(extracted.Words(), word => Assert.DoesNotContain(text[word.Start..word.End], char.IsWhiteSpace));
        Assert.Equal(text.Count(c => !char.IsWhiteSpace(c)), extracted.Words().Sum(word => word.End - word.Start));
    }
}
