using CsCheck;
using RagPy.Core.Extraction;
using Xunit;

namespace RagPy.Tests.Extractor;

public sealed class PageGeometryTests
{
    private static readonly Gen<WordBox[]> s_words = Gen.Select(
            Gen.Int[0, 30],
            Gen.Int[1, 20],
            Gen.Int[-500, 20_000],
            Gen.Int[-500, 20_000],
            Gen.Int[0, 5_000].Select(Gen.Int[0, 2_000])
        )
        .Array[0, 80]
        .Select(parts =>
        {
            var end = 0;
            return Array.ConvertAll(
                parts,
                part =>
                {
                    var start = end + part.Item1;
                    end = start + part.Item2;
                    return new WordBox(
                        start,
                        end,
                        part.Item3 / 10f,
                        part.Item4 / 10f,
                        (part.Item3 + part.Item5.Item1) / 10f,
                        (part.Item4 + part.Item5.Item2) / 10f
                    );
                }
            );
        });

    [Fact]
    public void What_is_encoded_is_decoded_to_a_tenth_of_a_point() =>
        s_words.Sample(words => Assert.Equal(words, PageGeometry.Decode(PageGeometry.Encode(words))));

    [Fact]
    public void Damaged_bytes_give_words_or_a_format_error_and_nothing_else() =>
        Gen.Byte.Array[0, 64].Sample(bytes => Assert.True(Record.Exception(() => PageGeometry.Decode(bytes)) is null or FormatException));

    [Fact]
    public void A_page_of_words_takes_a_few_bytes_each()
    {
        var words = new WordBox[500];
        for (var i = 0; i < words.Length; i++)
        {
            words[i] = new WordBox(i * 6, (i * 6) + 5, 72 + (i % 12 * 36), 72 + (i / 12 * 12), 72 + (i % 12 * 36) + 30, 82 + (i / 12 * 12));
        }

        Assert.InRange(PageGeometry.Encode(words).Length, 1, 8 * words.Length);
    }

    [Fact]
    public void A_range_over_two_lines_gives_one_quad_for_each()
    {
        var geometry = PageGeometry.Encode([
            new WordBox(0, 4, 10, 10, 30, 20),
            new WordBox(5, 9, 35, 10, 55, 20),
            new WordBox(10, 14, 10, 24, 30, 34),
        ]);

        Assert.Equal([new PageQuad(10, 10, 55, 20), new PageQuad(10, 24, 30, 34)], PageGeometry.Quads(geometry, 0, 14));
        Assert.Equal([new PageQuad(35, 10, 45, 20)], PageGeometry.Quads(geometry, 5, 7));
        Assert.Empty(PageGeometry.Quads(geometry, 4, 5));
    }

    [Fact]
    public void Words_on_both_sides_of_a_gutter_are_not_joined()
    {
        var geometry = PageGeometry.Encode([new WordBox(0, 4, 10, 10, 30, 20), new WordBox(5, 9, 300, 10, 320, 20)]);

        Assert.Equal(2, PageGeometry.Quads(geometry, 0, 9).Count);
    }

    [Fact]
    public void Words_out_of_order_are_refused() =>
        Assert.Throws<ArgumentException>(() => PageGeometry.Encode([new WordBox(5, 9, 0, 0, 1, 1), new WordBox(0, 4, 0, 0, 1, 1)]));
}
