extern alias extractor;

using System.Text;
using CsCheck;
using extractor::RagPy.Extractor.Document;
using extractor::RagPy.Extractor.Text;
using Xunit;

namespace RagPy.Tests.Extractor;

/// <summary>Our own normalisation against the runtime's.</summary>
public sealed class CompositionTests
{
    private static readonly Gen<int> s_points = Gen.OneOf(
        Gen.Int['a', 'z'],
        Gen.Int[0xC0, 0x17F],
        Gen.Int[0x300, 0x345],
        Gen.Int[0x370, 0x3FF],
        Gen.Int[0x5B0, 0x5EA],
        Gen.Int[0x1100, 0x11FF],
        Gen.Int[0x1E00, 0x1FFE],
        Gen.Int[0xAC00, 0xD7A3],
        Gen.Int[0xF900, 0xFAFF],
        Gen.Int[0xFB1D, 0xFB4E]
    );

    [Fact]
    public void Composes_as_the_standard_says() =>
        s_points
            .Array[0, 12]
            .Sample(points =>
            {
                var text = string.Concat(points.Where(Rune.IsValid).Select(point => new Rune(point).ToString()));
                Assert.Equal(text.Normalize(NormalizationForm.FormC), Composition.Compose(text));
            });

    [Fact]
    public void Every_letter_of_the_basic_plane_composes_as_the_standard_says()
    {
        for (var c = '\0'; c < '\uD800'; c++)
        {
            var text = c.ToString();
            Assert.Equal(text.Normalize(NormalizationForm.FormC), Composition.Compose(text));
        }
    }

    [Fact]
    public void Ligatures_are_expanded_and_controls_removed()
    {
        Assert.Equal("ffi", GlyphText.Clean("\uFB03"));
        Assert.Equal("ab", GlyphText.Clean("a\0\uFFFD\u200Bb"));
        Assert.Equal(" ", GlyphText.Clean("\u00A0"));
        Assert.Equal("é", GlyphText.Clean("e\u0301"));
    }

    [Theory]
    [InlineData("xiv", 14)]
    [InlineData("MCMXC", 1990)]
    public void Roman_numerals_are_read(string text, int expected)
    {
        Assert.True(RomanNumeral.TryParse(text, out var value));
        Assert.Equal(expected, value);
        Assert.False(RomanNumeral.TryParse("iiii", out _));
        Assert.False(RomanNumeral.TryParse("mix it", out _));
    }
}
