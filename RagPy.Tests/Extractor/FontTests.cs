using Xunit;

namespace RagPy.Tests.Extractor;

/// <summary>Fonts without a character map, as old TeX files have them: accents drawn over their letters, ligatures and œ at codes of TeX's own.</summary>
public sealed class FontTests
{
    private const string Sentence = "L’étude différente des œuvres est difficile à fêter : où est l’île affluente, garçon ?\nNaïve, ";

    [Fact]
    public void Compact_fonts_are_read_by_the_encoding_within_them() => Assert.Equal(Sentence + "α ≤ β.", Read("compact-font.pdf").Text());

    [Fact]
    public void Bitmap_fonts_whose_glyphs_are_named_by_their_codes_are_read_by_the_encoding_of_tex()
    {
        var extracted = Read("bitmap-font.pdf");

        Assert.StartsWith(Sentence, extracted.Text(), StringComparison.Ordinal);
        Assert.False(extracted.NeedsOcr());
    }

    private static Extracted Read(string name) => Extracted.FromFile(Path.Combine(AppContext.BaseDirectory, "Data", "extraction", name));
}
