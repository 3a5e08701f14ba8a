using System.Text;
using Xunit;

namespace RagPy.Tests.Extractor;

public sealed class ExtractionFailureTests
{
    [Fact]
    public void A_file_without_bytes_is_empty() => Assert.Equal("empty", Extracted.From(Array.Empty<byte>()).Failure);

    [Fact]
    public void A_web_page_is_no_pdf() => Assert.Equal("not_pdf", Extracted.From(Encoding.UTF8.GetBytes("<!doctype html><p>404")).Failure);

    [Fact]
    public void A_header_alone_is_corrupt() =>
        Assert.Equal("corrupt", Extracted.From(Encoding.UTF8.GetBytes("%PDF-1.7\nnothing else")).Failure);

    [Fact]
    public void More_pages_than_allowed_are_too_many()
    {
        var extracted = Extracted.From(new TestPdf().Page("").Page(""), "--max-pages", "1");

        Assert.Equal("too_many_pages", extracted.Failure);
        Assert.Contains("2 pages", extracted.Reason, StringComparison.Ordinal);
        Assert.Empty(extracted.Pages);
    }

    [Fact]
    public void A_page_with_more_text_than_allowed_is_too_large() =>
        Assert.Equal(
            "too_large",
            Extracted.From(new TestPdf().Lines((72, 700, 10, "More than ten characters")), "--max-page-chars", "10").Failure
        );

    [Fact]
    public void A_file_cut_in_half_ends_in_pages_or_a_failure()
    {
        var whole = new TestPdf().Lines((72, 700, 10, "First page")).Lines((72, 700, 10, "Second page")).ToBytes();
        for (var length = 9; length < whole.Length; length += 97)
        {
            var extracted = Extracted.From(whole[..length]);
            Assert.True(extracted.Failure is not null || extracted.Pages.Count > 0);
        }
    }

    [Fact]
    public void A_blank_page_needs_no_ocr() => Assert.False(Extracted.From(new TestPdf().Page("")).NeedsOcr());

    [Fact]
    public void A_page_of_one_image_needs_ocr()
    {
        var image = "q 500 0 0 700 50 50 cm BI /W 1 /H 1 /BPC 8 /CS /G ID \u0080 EI Q";

        var extracted = Extracted.From(new TestPdf().Page(image));

        Assert.True(extracted.NeedsOcr());
        Assert.Equal([1], extracted.Document.GetProperty("needsOcrPages").EnumerateArray().Select(page => page.GetInt32()));
    }
}
