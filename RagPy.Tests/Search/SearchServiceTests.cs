using RagPy.Core.Chunking;
using RagPy.Core.Search;
using Xunit;

namespace RagPy.Tests.Search;

public sealed class SearchServiceTests(PostgresFixture postgres) : IAsyncLifetime
{
    private TestLibrary _library = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _library = await TestLibrary.CreateAsync(postgres);

    public async ValueTask DisposeAsync()
    {
        if (_library is not null)
        {
            await _library.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_quote_is_cited_by_the_page_it_stands_on_when_the_passage_spans_pages()
    {
        const string First = "Les musées ouvrent tôt. On y vient de loin.";
        const string Second = "La bibliothèque de l’université ferme en août.";
        await _library.AddAsync(
            TestLibrary.Item("AAAA0001", "Lieux de savoir"),
            "a1",
            ($"{First}\n{Second}", [new TextSpan(4, 100, 100 + First.Length), new TextSpan(5, 20, 20 + Second.Length)])
        );

        var hit = Assert.Single((await SearchAsync("bibliothèques universités")).Hits);

        Assert.Equal(Second, hit.Quote.Text);
        Assert.Equal((5, "p5"), (hit.PageIndex, hit.PageLabel));
        var highlight = Assert.Single(hit.Quote.Highlights);
        Assert.Equal((5, 20, 20 + Second.Length), (highlight.PageIndex, highlight.Start, highlight.End));
        Assert.Equal(["bibliothèque", "l’université"], hit.Marks.Select(m => hit.Passage[m.Start..m.End]));
        Assert.Equal("files/AAAA0001.pdf", hit.FilePath);
        Assert.Equal("Doe", hit.Creators[0].FamilyName);
    }

    [Fact]
    public async Task A_sentence_copied_from_a_page_is_found_where_it_stands()
    {
        const string Sentence = "Les gardiens n'éteignaient jamais la lampe avant l'aube.";
        const string AsSet = "Les gardiens n’éteignaient\njamais la lampe avant l’aube.";
        await _library.AddAsync(
            TestLibrary.Item("AAAA0001", "Journal d'un phare"),
            "h1",
            (
                $"Jamais lampe, aube ; gardiens : jamais lampe, lampe, aube, éteignaient gardiens avant aube.\nLe chien dort.\n{AsSet} Le vent tombe.",
                [new TextSpan(1, 0, 107), new TextSpan(2, 0, 200)]
            )
        );
        await AddAsync("AAAA0002", "Lampe, lampe, jamais, aube, gardiens, éteignaient, gardiens, avant, jamais, lampe, aube.", "h2");
        await AddAsync("AAAA0003", "Des gardiens, une lampe, une aube.", "h3");

        var hit = Assert.Single((await SearchAsync(Sentence, top: 1)).Hits);

        Assert.Equal("AAAA0001", hit.Items[0].Key);
        Assert.Equal(AsSet, hit.Quote.Text);
        Assert.Equal(2, hit.PageIndex);
    }

    [Fact]
    public async Task Both_languages_of_a_library_are_found_each_by_its_own_words()
    {
        await AddAsync("AAAA0001", "The cathedral was built by masons in the twelfth century.", "h1");
        await AddAsync("AAAA0002", "La cathédrale fut construite par des maçons au douzième siècle.", "h2");

        Assert.Equal("AAAA0001", (await SearchAsync("masons of the cathedrals")).Hits[0].Items[0].Key);
        Assert.Equal("AAAA0002", (await SearchAsync("les maçons des cathédrales")).Hits[0].Items[0].Key);
    }

    [Fact]
    public async Task The_same_file_in_several_items_is_one_result_that_names_them_all()
    {
        for (var i = 0; i < 150; i++)
        {
            await AddAsync($"COPY{i:0000}", "Whales sing in the deep sea and whales travel far.", "same");
        }

        for (var i = 0; i < 3; i++)
        {
            await AddAsync(
                $"OTHR{i:0000}",
                $"Number {i}: there are whales here too, among many other animals of the sea that swim.",
                $"other{i}"
            );
        }

        var hits = (await SearchAsync("whales", top: 4)).Hits;

        Assert.Equal(4, hits.Count);
        Assert.Equal(150, Assert.Single(hits, h => h.FileHash == "same").Items.Count);
    }

    [Fact]
    public async Task Filters_leave_what_they_say()
    {
        var item = TestLibrary.Item("AAAA0001", "Cathédrales", "Lévi-Strauss");
        (item.Years, item.Date) = ([2020, 2021], "2020-2021");
        (item.Tags, item.Collections, item.Type) = (["Gothic", "Art"], ["Thesis/Chapter 1/Sources"], "book");
        item.Language = "French";
        await _library.AddAsync(item, "h1", ("Les cathédrales de la région.", [new TextSpan(1, 0, 29)]));
        await AddAsync("AAAA0002", "Cathedrals of the region and cathedral towns.", "h2");

        Assert.Equal(2, (await SearchAsync("cathedral cathédrales")).Hits.Count);
        await AssertOnlyFirst(r => r with { Author = "LEVI STRAUSS, Claude" });
        await AssertOnlyFirst(r => r with { YearFrom = 2021, YearTo = 2025 });
        await AssertOnlyFirst(r => r with { YearTo = 2020 });
        await AssertOnlyFirst(r => r with { Tags = ["gothic", "ART"] });
        await AssertOnlyFirst(r => r with { Collection = "thesis" });
        await AssertOnlyFirst(r => r with { Collection = "Thesis/Chapter 1" });
        await AssertOnlyFirst(r => r with { Collection = "Sources" });
        await AssertOnlyFirst(r => r with { Type = "Book" });
        await AssertOnlyFirst(r => r with { Language = "fr-FR" });
        Assert.Empty((await SearchAsync("cathédrales", change: r => r with { YearFrom = 1990, YearTo = 2019 })).Hits);
        Assert.Empty((await SearchAsync("cathédrales", change: r => r with { Tags = ["Gothic", "Music"] })).Hits);
        Assert.Empty((await SearchAsync("cathédrales", change: r => r with { Collection = "Chap" })).Hits);
    }

    [Fact]
    public async Task A_withdrawn_document_is_not_found_any_more()
    {
        var id = await AddAsync("AAAA0001", "Volcanoes erupt in Iceland.", "h1");
        Assert.Single((await SearchAsync("volcano")).Hits);

        await _library.ExecuteAsync(
            $"UPDATE documents SET generation = NULL WHERE id = '{id}'; UPDATE projects SET index_version = index_version + 1"
        );

        Assert.Empty((await SearchAsync("volcano")).Hits);
    }

    [Theory]
    [InlineData(SearchMode.Hybrid, true)]
    [InlineData(SearchMode.Dense, true)]
    [InlineData(SearchMode.Sparse, false)]
    public async Task Results_of_the_offline_embedding_are_labelled(SearchMode mode, bool approximate)
    {
        await AddAsync("AAAA0001", "Volcanoes erupt in Iceland.", "h1");

        var response = await SearchAsync("volcanoes", change: r => r with { Mode = mode });

        Assert.Equal(approximate, response.Approximate);
        Assert.All(response.Hits, hit => Assert.Equal(approximate, hit.Approximate));
        Assert.Single(response.Hits);
    }

    [Fact]
    public async Task A_project_that_is_gone_says_so() =>
        await Assert.ThrowsAsync<ProjectNotFoundException>(() =>
            _library.Search.SearchAsync(987_654, new SearchRequest { Query = "anything" }, Token)
        );

    [Fact]
    public async Task A_blank_query_or_a_top_out_of_range_is_refused()
    {
        await Assert.ThrowsAnyAsync<ArgumentException>(() => SearchAsync(" "));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => SearchAsync("x", top: 101));
    }

    private Task<Guid> AddAsync(string key, string text, string hash) =>
        _library.AddAsync(TestLibrary.Item(key, "A title"), hash, (text, [new TextSpan(1, 0, text.Length)]));

    private Task<SearchResponse> SearchAsync(string query, int top = 10, Func<SearchRequest, SearchRequest>? change = null)
    {
        var request = new SearchRequest
        {
            Query = query,
            Top = top,
            Mode = SearchMode.Sparse,
        };
        return _library.Search.SearchAsync(_library.ProjectId, change?.Invoke(request) ?? request, Token);
    }

    private async Task AssertOnlyFirst(Func<SearchRequest, SearchRequest> change)
    {
        var response = await SearchAsync("cathedral cathédrales", change: change);
        Assert.Equal("AAAA0001", Assert.Single(response.Hits).Items[0].Key);
    }
}
