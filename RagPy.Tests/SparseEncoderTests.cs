using CsCheck;
using RagPy.Core.Embedding;
using Xunit;

namespace RagPy.Tests;

public sealed class SparseEncoderTests
{
    private readonly SparseEncoder _encoder = new();

    [Theory]
    [InlineData("fr", "Les bibliothèques numériques de l’État", "bibliothèque numerique etat")]
    [InlineData("fr", "L'été à Paris, en été", "ete")]
    [InlineData("fr", "un cœur d'œuvre", "coeur oeuvre")]
    [InlineData("en", "The philosopher's libraries", "philosophers library")]
    [InlineData("en", "state-of-the-art co-operation", "operation art state")]
    [InlineData("en", "emission of CO₂ in the U.S.A.", "CO2 USA emissions")]
    [InlineData("fr", "ＦＵＬＬ ﬁgure", "full figure")]
    [InlineData("en", "東京大学図書館", "大学 図書")]
    [InlineData("fr", "المكتبة العربية", "العربية")]
    [InlineData("fr", "14,2 milliards en 2003", "14,2 2003 milliard")]
    public void A_query_finds_each_of_its_words_in_a_text_that_writes_them_otherwise(string language, string text, string query)
    {
        var document = _encoder.Encode("", text, language);

        foreach (var word in query.Split(' '))
        {
            Assert.Contains(_encoder.EncodeQuery(word).Terms, document.Terms.Contains);
        }
    }

    [Theory]
    [InlineData("où va le son", "the sound of the city")]
    [InlineData("the city", "le thé vert")]
    public void Stop_words_of_the_query_match_nothing_in_the_other_language(string query, string text) =>
        Assert.Empty(_encoder.EncodeQuery(query).Terms.Intersect(_encoder.Encode("", text, LanguageDetector.Detect(text)).Terms));

    [Fact]
    public void A_text_in_an_unknown_language_is_found_by_queries_of_both()
    {
        var document = _encoder.Encode("", "organisations", "");

        Assert.Equal(2, document.Length);
        Assert.Equal(document.Terms, _encoder.EncodeQuery("organisation").Terms);
    }

    /// <summary>Fixed values: a vector written by one process must match a query of another, years later.</summary>
    [Fact]
    public void Terms_are_the_published_hash_of_their_text()
    {
        var vector = _encoder.Encode("Wings", "a wing, two wings", "en");

        Assert.Equal([0x4CFF387Du, 0x85DBA9C2u], vector.Terms); // xxHash32 of en:two and en:wing
        Assert.Equal([1, 3], vector.Counts);
        Assert.Equal(4, vector.Length);
    }

    [Fact]
    public void Any_text_gives_ascending_distinct_terms_that_survive_the_codec() =>
        Gen.Select(Gen.String, Gen.String, Gen.OneOfConst("fr", "en", ""))
            .Sample(
                (title, text, language) =>
                {
                    var vector = _encoder.Encode(title, text, language);
                    Assert.Equal(vector.Terms.Distinct().Order(), vector.Terms);
                    Assert.Equal(vector.Counts.Sum(), vector.Length);
                    Assert.All(vector.Counts, count => Assert.True(count > 0));
                    var copy = SparseVectorCodec.Decode(SparseVectorCodec.Encode(vector));
                    Assert.Equal(vector.Terms, copy.Terms);
                    Assert.Equal(vector.Counts, copy.Counts);
                    Assert.Equal(vector.Length, copy.Length);
                },
                iter: 2_000
            );

    [Fact]
    public void A_run_without_a_space_is_one_short_word_and_takes_linear_time()
    {
        var vector = _encoder.Encode("", new string('a', 5_000_000), "en");

        Assert.Equal(1, vector.Length);
    }

    [Fact]
    public void Threads_share_an_encoder()
    {
        var expected = _encoder.Encode("Le château", "Les châteaux de la Loire et leurs jardins", "fr");

        Parallel.For(
            0,
            200,
            _ => Assert.Equal(expected.Terms, _encoder.Encode("Le château", "Les châteaux de la Loire et leurs jardins", "fr").Terms)
        );
    }

    [Theory]
    [InlineData(new byte[] { 2, 5, 1 })]
    [InlineData(new byte[] { 0, 1 })]
    [InlineData(new byte[] { 0x80 })]
    public void Bytes_that_are_no_vector_are_refused(byte[] bytes) => Assert.Throws<FormatException>(() => SparseVectorCodec.Decode(bytes));
}
