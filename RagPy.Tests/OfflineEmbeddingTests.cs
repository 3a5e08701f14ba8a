using CsCheck;
using RagPy.Core.Embedding;
using Xunit;

namespace RagPy.Tests;

public sealed class OfflineEmbeddingTests
{
    private readonly OfflineEmbeddingGenerator _generator = new();

    [Fact]
    public void Says_that_it_is_approximate()
    {
        Assert.True(OfflineEmbeddingGenerator.Info.IsApproximate);
        Assert.Same(OfflineEmbeddingGenerator.Info, _generator.GetService(typeof(EmbedderInfo)));
    }

    [Fact]
    public async Task Gives_one_vector_for_each_text_in_order()
    {
        var vectors = await _generator.GenerateAsync(["one", "deux", "three"], cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal([.. new[] { "one", "deux", "three" }.Select(_generator.Embed)], vectors.Select(v => v.Vector.ToArray()));
    }

    [Fact]
    public void Any_text_gives_a_unit_vector_and_always_the_same() =>
        Gen.OneOf(Gen.String, Gen.OneOfConst("", " ", "!?", "the", "–", "\u0301", "é"))
            .Sample(
                text =>
                {
                    var vector = _generator.Embed(text);
                    Assert.Equal(512, vector.Length);
                    Assert.InRange(vector.Sum(x => (double)x * x), 0.9999, 1.0001);
                    Assert.Equal(vector, new OfflineEmbeddingGenerator().Embed(text));
                },
                iter: 1_000
            );

    [Fact]
    public void A_chunk_encoded_once_equals_both_encoders_apart() =>
        Gen.Select(Gen.String, Gen.String[1, 50])
            .Sample(
                (title, text) =>
                {
                    var (dense, sparse) = new ChunkEncoder().Encode(title, text, "");
                    Assert.Equal(_generator.Embed(ChunkEncoder.TextToEmbed(title, text)), dense);
                    Assert.Equal(new SparseEncoder().Encode(title, text, "").Terms, sparse.Terms);
                },
                iter: 300
            );

    [Fact]
    public void Other_forms_of_the_same_words_are_nearer_than_other_words()
    {
        var library = _generator.Embed("les bibliothèques numériques");

        Assert.True(Cosine(library, _generator.Embed("Bibliothèque numérique")) > 0.6);
        Assert.True(Cosine(library, _generator.Embed("aerodynamics of slender wings")) < 0.3);
    }

    private static double Cosine(float[] a, float[] b) => a.Zip(b, (x, y) => (double)x * y).Sum();
}
