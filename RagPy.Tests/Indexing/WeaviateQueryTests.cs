using RagPy.Core.Embedding;
using RagPy.Core.Indexing;
using RagPy.Core.Indexing.Remote;
using RagPy.Tests.Simulators;
using Xunit;

namespace RagPy.Tests.Indexing;

/// <summary>Texts that go to Weaviate, read as it reads them.</summary>
public sealed class WeaviateQueryTests
{
    private const string Hostile = "a\",limit:9){document} other:RagPy(tenant:\"b\\\n\u2028é";

    [Fact]
    public void No_text_ends_the_literal_that_it_stands_in()
    {
        var query = new StoreQuery(1, IndexSeeds.Vector(new Random(1), 24), IndexSeeds.Sparse(new Random(1), 60, 5), 3, null);
        string[] texts =
        [
            WeaviateGraphQL.Search(Hostile, query, 7),
            WeaviateGraphQL.Count(Hostile, Guid.NewGuid(), Guid.NewGuid()),
            WeaviateGraphQL.Page(Hostile, 7, "", null),
        ];

        Assert.All(texts, text => Assert.All(Assert.Single(GraphQLReader.Read(text)).Fields, AssertWhole));

        static void AssertWhole(GraphQLField field)
        {
            Assert.Equal("RagPy", field.Name);
            Assert.Equal(Hostile, (string?)field.Arguments["tenant"]);
        }
    }

    [Fact]
    public void A_search_has_a_field_for_each_side_that_is_asked()
    {
        var documents = new HashSet<Guid> { Guid.NewGuid(), Guid.NewGuid() };
        var query = new StoreQuery(1, new[] { 0.6f, -0.8f }, new SparseVector([1, 0xABCDEF01], [2, 1], 3), 3, documents);

        var fields = Assert.Single(GraphQLReader.Read(WeaviateGraphQL.Search("t", query, 7))).Fields;

        Assert.Equal(["dense", "sparse"], fields.Select(f => f.Alias));
        Assert.All(fields, f => Assert.Equal(7, (long)f.Arguments["limit"]!));
        Assert.All(
            fields,
            f => Assert.Equal(documents.Select(d => d.ToString()), f.Arguments["where"]!["valueText"]!.AsArray().Select(v => (string?)v))
        );
        Assert.Equal("[0.6,-0.8]", fields[0].Arguments["nearVector"]!["vector"]!.ToJsonString());
        Assert.Equal("00000001 00000001 abcdef01", (string?)fields[1].Arguments["bm25"]!["query"]);
        Assert.Equal(["sparse"], Read(query with { Dense = null }));
        Assert.Equal(["dense"], Read(query with { Sparse = null }));

        static IEnumerable<string> Read(StoreQuery query) =>
            GraphQLReader.Read(WeaviateGraphQL.Search("t", query, 7))[0].Fields.Select(f => f.Alias);
    }

    [Fact]
    public void Terms_come_back_and_a_text_has_as_many_different_words_as_the_chunk_has_words()
    {
        foreach (var seed in Enumerable.Range(0, 200))
        {
            var sparse = IndexSeeds.Sparse(new Random(seed), 60, seed);

            var text = WeaviateTerms.Write(sparse);

            var read = WeaviateTerms.Read(text);
            Assert.Equal(sparse.Terms, read.Terms);
            Assert.Equal(sparse.Counts, read.Counts);
            Assert.Equal(sparse.Length, read.Length);
            Assert.Equal(sparse.Length, text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Distinct().Count());
        }
    }
}
