using CsCheck;
using Microsoft.ML.Tokenizers;
using RagPy.Core.Chunking;
using Xunit;

namespace RagPy.Tests.Chunking;

public sealed class TokenCounterTests
{
    private static readonly TokenCounter s_counter = new();

    /// <summary>Counts of cl100k_base printed in OpenAI's cookbook "How to count tokens with tiktoken".</summary>
    [Theory]
    [InlineData("tiktoken is great!", 6)]
    [InlineData("antidisestablishmentarianism", 6)]
    [InlineData("2 + 2 = 4", 7)]
    [InlineData("お誕生日おめでとう", 9)]
    [InlineData("", 0)]
    public void Counts_what_the_encoding_counts(string text, int tokens) => Assert.Equal(tokens, s_counter.Count(text));

    [Fact]
    public void Counts_as_the_librarys_own_tokeniser_on_any_ordinary_text()
    {
        var library = TiktokenTokenizer.CreateForEncoding("cl100k_base");
        var part = Gen.OneOf(
            Gen.OneOfConst("'s", "'LL", "'re", "'x", "l'été", " ", "  ", "\n", "\r\n", "\t", "\n \n", "...", " --", "1", "1234567", "½"),
            Gen.OneOfConst(
                "word",
                "Straße",
                "中文字",
                "ภาษา",
                "e\u0301",
                "é",
                "😀",
                "👩‍👩‍👧",
                "\u00A0",
                "\u2028",
                "@me",
                "a_b",
                "<|",
                "|>",
                "x"
            ),
            Gen.Char['\u0001', '\u2FFF'].Select(c => c.ToString())
        );

        part.Array[0, 40].Select(string.Concat).Sample(text => Assert.Equal(library.CountTokens(text), s_counter.Count(text)));
    }

    [Fact]
    public void Counts_literals_of_special_tokens_as_ordinary_text() =>
        Assert.Equal(s_counter.Count("<|") + s_counter.Count("endoftext") + s_counter.Count("|>"), s_counter.Count("<|endoftext|>"));

    [Theory]
    [InlineData('a')]
    [InlineData(' ')]
    [InlineData('-')]
    [InlineData('\n')]
    [InlineData('漢')]
    public void Counts_an_endless_run_without_a_break(char unit)
    {
        var count = s_counter.Count(new string(unit, 1_000_000));

        Assert.InRange(count, 1_000_000 / 128, 3_000_000);
    }

    [Fact]
    public void Stops_at_the_limit()
    {
        Assert.InRange(s_counter.Count(new string('a', 5_000_000), 10), 10, 10 + 256);
        Assert.Equal(3, s_counter.Count("one two three", 100));
    }

    [Fact]
    public void Counts_text_with_lone_surrogates() => Assert.True(s_counter.Count("a\uD800b\uDC00") > 0);
}
