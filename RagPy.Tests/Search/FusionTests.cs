using RagPy.Core.Indexing;
using RagPy.Core.Search;
using Xunit;

namespace RagPy.Tests.Search;

public sealed class FusionTests
{
    private static readonly Guid[] s_ids = [.. Enumerable.Range(1, 9).Select(i => new Guid(i, 0, 0, new byte[8]))];

    [Fact]
    public void Each_side_is_brought_to_one_scale_and_weighted()
    {
        var answer = new StoreAnswer([Hit(1, 0.9f), Hit(2, 0.7f), Hit(3, 0.5f)], [Hit(3, 12), Hit(2, 6), Hit(4, 2)]);

        var ranked = Fusion.Rank(answer, SearchMode.Hybrid, FusionMethod.MinMax, 0.25);

        Assert.Equal([s_ids[3], s_ids[2], s_ids[1], s_ids[4]], ranked.Select(r => r.Point.DocumentId));
        Assert.Equal([0.75, 0.425, 0.25, 0], ranked.Select(r => Math.Round(r.Score, 6)));
    }

    [Fact]
    public void A_side_with_one_hit_gives_it_a_whole_one() =>
        Assert.Equal(0.1, Fusion.Rank(new StoreAnswer([Hit(1, 0.2f)], []), SearchMode.Hybrid, FusionMethod.MinMax, 0.1)[0].Score, 9);

    [Fact]
    public void Reciprocal_ranks_add_up()
    {
        var ranked = Fusion.Rank(new StoreAnswer([Hit(1, 0.9f), Hit(2, 0.8f)], [Hit(2, 5)]), SearchMode.Hybrid, FusionMethod.Rrf, 0.5);

        Assert.Equal([(1.0 / 62) + (1.0 / 61), 1.0 / 61], ranked.Select(r => r.Score));
    }

    [Fact]
    public void What_lies_beyond_the_window_follows_without_a_score()
    {
        var dense = Enumerable.Range(0, 150).Select(i => new PointHit(s_ids[0], Guid.Empty, i, 1 - (i / 1_000f))).ToList();

        var ranked = Fusion.Rank(new StoreAnswer(dense, []), SearchMode.Hybrid, FusionMethod.MinMax, 1);

        Assert.Equal(Enumerable.Range(0, 150), ranked.Select(r => r.Point.Ordinal));
        Assert.All(ranked.Skip(Fusion.Window), r => Assert.Equal(0, r.Score));
    }

    [Theory]
    [InlineData("One. Two! Three?", "One.|Two!|Three?")]
    [InlineData("Voir M. Dupont, p. 12, et al. 1999. Puis la suite.", "Voir M. Dupont, p. 12, et al. 1999.|Puis la suite.")]
    [InlineData("« Vraiment ? » Il partit.", "« Vraiment ? »|Il partit.")]
    [InlineData("A heading\n\nThe text of it", "A heading|The text of it")]
    [InlineData("U.S. policy on e.g. trade changed. It did.", "U.S. policy on e.g. trade changed.|It did.")]
    [InlineData("東京。大阪。", "東京。|大阪。")]
    public void Sentences_end_where_a_reader_would_end_them(string text, string expected) =>
        Assert.Equal(expected.Split('|'), SentenceSplitter.Split(text).Select(s => text[s.Start..s.End]));

    private static PointHit Hit(int id, float score) => new(s_ids[id], Guid.Empty, 0, score);
}
