using Microsoft.Extensions.Logging.Abstractions;
using RagPy.Core.Indexing;
using RagPy.Core.Search;
using RagPy.Core.Search.Evaluation;
using Xunit;

namespace RagPy.Tests.Search;

public sealed class EvaluationTests(PostgresFixture postgres) : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ragpy-beir-").FullName;
    private TestDatabase _database = null!;
    private EmbeddedVectorStore _store = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Index => Path.Combine(_folder, "index");

    public async ValueTask InitializeAsync()
    {
        _database = await postgres.CreateDatabaseAsync();
        _store = new EmbeddedVectorStore(
            _database.DataSource,
            new EmbeddedStoreOptions { Folder = Index },
            TimeProvider.System,
            NullLogger<EmbeddedVectorStore>.Instance
        );
    }

    public async ValueTask DisposeAsync()
    {
        _store?.Dispose();
        if (_database is not null)
        {
            await _database.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData(SearchMode.Sparse)]
    [InlineData(SearchMode.Hybrid)]
    [InlineData(SearchMode.Dense)]
    public async Task A_small_collection_gives_the_figures_worked_out_by_hand(SearchMode mode)
    {
        WriteCollection(
            """
            {"_id": "a", "title": "Whales", "text": "Whales sing in the sea."}
            {"_id": "b", "title": "", "text": "Volcanoes erupt in Iceland."}
            {"_id": "c", "title": "", "text": ""}
            """,
            "q1\ta\t2\nq1\tb\t0\nq2\ta\t1\nq2\tb\t1\nq9\ta\t1\n"
        );

        var result = await Runner().RunAsync(_folder, mode, null, Token);

        // q1 "whales": a at rank 1. q2 "volcano": only b can be found by words. q3 has no judgement, q9 no text.
        Assert.Equal((3, 2), (result.Documents, result.Queries));
        Assert.Equal(1, result.Mrr10);
        Assert.Equal(mode == SearchMode.Sparse ? 0.75 : result.Recall100, result.Recall100);
        Assert.Equal(mode == SearchMode.Sparse ? Math.Round((1 + (1 / (1 + (1 / Math.Log2(3))))) / 2, 4) : result.Ndcg10, result.Ndcg10);
        await AssertNothingLeftAsync();
    }

    [Fact]
    public async Task A_document_longer_than_a_chunk_counts_once_by_its_best_chunk()
    {
        var filler = string.Join(' ', Enumerable.Range(0, 3_000).Select(i => $"word{i}"));
        WriteCollection(
            $$"""
            {"_id": "long", "title": "", "text": "{{filler}} whales {{filler}} whales {{filler}}"}
            {"_id": "short", "title": "", "text": "Volcanoes and whales."}
            """,
            "q1\tlong\t1\nq1\tshort\t1\n"
        );

        var result = await Runner().RunAsync(_folder, SearchMode.Sparse, null, Token);

        Assert.Equal((1.0, 1.0, 1.0), (result.Ndcg10, result.Recall100, result.Mrr10));
    }

    [Theory]
    [InlineData("{\"_id\": \"a\"}\nnot json", "line 2")]
    [InlineData("{\"title\": \"a\"}", "_id")]
    [InlineData("{\"_id\": \"a\"}\n{\"_id\": \"a\"}", "two documents 'a'")]
    public async Task A_collection_that_is_no_collection_says_where_and_leaves_nothing(string corpus, string says)
    {
        WriteCollection(corpus, "q1\ta\t1\n");

        var error = await Assert.ThrowsAsync<EvaluationException>(() => Runner().RunAsync(_folder, SearchMode.Sparse, null, Token));

        Assert.Contains(says, error.Message, StringComparison.Ordinal);
        await AssertNothingLeftAsync();
    }

    [Fact]
    public async Task A_folder_without_the_files_says_which() =>
        Assert.Contains(
            "corpus.jsonl",
            (await Assert.ThrowsAsync<EvaluationException>(() => Runner().RunAsync(_folder, SearchMode.Sparse, null, Token))).Message,
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData("cranfield", 0.38)]
    [InlineData("piaf-fr", 0.79)]
    [Trait("Category", "slow")]
    public async Task Published_collections_reach_their_mark_and_hybrid_loses_nothing(string name, double mark)
    {
        var folder = Path.Combine(SharedFolder.Path, "data", "ir", name);
        Assert.SkipUnless(Directory.Exists(folder), "The shared collections are not on this machine.");

        var sparse = await Runner().RunAsync(folder, SearchMode.Sparse, null, Token);
        var hybrid = await Runner().RunAsync(folder, SearchMode.Hybrid, null, Token);

        Assert.True(sparse.Ndcg10 >= mark, $"nDCG@10 is {sparse.Ndcg10}.");
        Assert.True(hybrid.Ndcg10 >= sparse.Ndcg10 - 0.005, $"{hybrid.Ndcg10} against {sparse.Ndcg10}.");
    }

    private EvaluationRunner Runner() => new(_database.DataSource, _store, new OfflineRegistry(), TimeProvider.System);

    private void WriteCollection(string corpus, string judgements)
    {
        Directory.CreateDirectory(Path.Combine(_folder, "qrels"));
        File.WriteAllText(Path.Combine(_folder, "corpus.jsonl"), corpus);
        File.WriteAllText(
            Path.Combine(_folder, "queries.jsonl"),
            """
            {"_id": "q1", "text": "whales"}
            {"_id": "q2", "text": "the volcano"}
            {"_id": "q3", "text": "iceland"}
            """
        );
        File.WriteAllText(Path.Combine(_folder, "qrels", "test.tsv"), "query-id\tcorpus-id\tscore\n" + judgements);
    }

    private async Task AssertNothingLeftAsync()
    {
        await using var command = _database.DataSource.CreateCommand(
            "SELECT (SELECT count(*) FROM projects) + (SELECT count(*) FROM documents) + (SELECT count(*) FROM index_segments) + (SELECT count(*) FROM people)"
        );
        Assert.Equal(0L, await command.ExecuteScalarAsync(Token));
        Assert.Empty(Directory.EnumerateFiles(Index, "*", SearchOption.AllDirectories));
    }
}
