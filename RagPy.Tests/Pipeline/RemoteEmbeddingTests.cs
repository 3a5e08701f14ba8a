using RagPy.Core.Embedding;
using RagPy.Core.Indexing;
using RagPy.Core.Pipeline;
using RagPy.Core.Projects;
using RagPy.Core.Providers;
using RagPy.Core.Search;
using RagPy.Core.Settings;
using RagPy.Tests.Simulators;
using Xunit;

namespace RagPy.Tests.Pipeline;

/// <summary>The embed stage with a remote model: what it buys, stores, survives and never does.</summary>
public sealed class RemoteEmbeddingTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const string Embedder = "openai/text-embedding-3-large@64";
    private readonly OpenAISimulator _simulator = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private RagPySettings Settings =>
        new()
        {
            DefaultEmbedder = Embedder,
            OpenAIApiKey = OpenAISimulator.Key,
            OpenAIBaseUrl = $"{_simulator.Address}v1",
        };

    public async ValueTask InitializeAsync() => await _simulator.StartAsync();

    public ValueTask DisposeAsync() => _simulator.DisposeAsync();

    [Fact]
    public async Task Every_chunk_gets_its_own_vector_in_batches_across_documents_and_a_second_run_buys_nothing()
    {
        // A batch that is not full goes only while fewer calls are out than may be: slow answers let the others fill, however slowly this machine makes passages.
        _simulator.Faults.Latency = TimeSpan.FromSeconds(2);
        await using var host = await StartAsync(documents: 60);

        var progress = await host.RunAsync();

        Assert.Equal(TaskState.Completed, progress.State);
        Assert.Equal(0, progress.Failed);
        await AssertVectorsAsync(host);
        Assert.All(_simulator.Vectors.Bought.Values, times => Assert.Equal(1, times));
        Assert.True(_simulator.Exchanges.Count <= 24, $"{_simulator.Exchanges.Count} calls for {_simulator.Vectors.Total} texts");
        Assert.InRange(_simulator.MostAtOnce, 1, 4);
        await host.AssertCleanAsync();
        var calls = _simulator.Exchanges.Count;
        await using (var context = host.Database.NewContext())
        {
            Assert.Equal(calls, context.ProviderLedger.Count());
            Assert.True(context.ProviderLedger.Sum(l => l.Cost) > 0);
        }

        await host.RunAsync();
        Assert.Equal(calls, _simulator.Exchanges.Count);
    }

    [Fact]
    public async Task With_every_fault_at_once_nothing_is_lost_and_nothing_bought_twice()
    {
        _simulator.Faults.AddShare(Fault.WithStatus(500), 0.15, seed: 1);
        _simulator.Faults.AddShare(Fault.Cut, 0.1, seed: 2);
        _simulator.Faults.AddShare(Fault.TooManyRequests(), 0.15, seed: 3);
        await using var host = await StartAsync(documents: 80);

        var progress = await host.RunAsync();

        Assert.Equal((TaskState.Completed, 0), (progress.State, progress.Failed));
        await AssertVectorsAsync(host);
        Assert.All(_simulator.Vectors.Bought.Values, times => Assert.Equal(1, times));
    }

    [Fact]
    public async Task A_text_that_is_refused_fails_its_document_by_passage_and_no_other()
    {
        _simulator.Refused = "unspeakable";
        await using var host = await StartAsync(documents: 30);
        host.Library.Add("BAD", "Bad").With("bad.pdf", "This is unspeakable.");

        var progress = await host.RunAsync();

        Assert.Equal(1, progress.Failed);
        var failed = (await host.DocumentsAsync()).Single(d => d.State == DocumentState.Failed);
        Assert.Equal(FailureCode.ProviderError, failed.FailureCode);
        Assert.Contains("Passage 1", failed.FailureReason, StringComparison.Ordinal);
        Assert.Contains("content filter", failed.FailureReason, StringComparison.Ordinal);
        await AssertVectorsAsync(host);
        Assert.All(_simulator.Vectors.Bought.Values, times => Assert.Equal(1, times));
    }

    [Fact]
    public async Task A_zero_vector_and_a_hole_in_a_batch_fail_at_most_the_text_they_belong_to()
    {
        _simulator.Vectors.ZeroFor = "nothingness";
        _simulator.Faults.Add(Fault.InItems(0, 3));
        await using var host = await StartAsync(documents: 20);
        host.Library.Add("ZERO", "Zero").With("zero.pdf", "Only nothingness here.");

        await host.RunAsync();

        var failed = (await host.DocumentsAsync()).Where(d => d.State == DocumentState.Failed).ToList();
        Assert.Equal("zero.pdf", Assert.Single(failed).FileName);
        await AssertVectorsAsync(host);
    }

    [Fact]
    public async Task Vectors_of_another_dimension_fail_every_document_in_words_and_none_is_indexed()
    {
        await using var host = await StartAsync(documents: 3, Settings with { DefaultEmbedder = "openai/another-model@99" });

        await host.RunAsync();

        var documents = await host.DocumentsAsync();
        Assert.All(
            documents.Where(d => d.Kind == DocumentKind.File),
            d => Assert.Contains("@3072", d.FailureReason, StringComparison.Ordinal)
        );
        Assert.Empty(await host.PointsAsync());
    }

    [Fact]
    public async Task Texts_paid_for_by_a_run_that_failed_are_not_paid_for_by_the_next()
    {
        _simulator.Refused = "unspeakable";
        await using var host = await StartAsync(documents: 0);
        host.Library.Add("MIX", "Mix").With("mix.pdf", $"{Text(1, 3)}\f unspeakable {Text(2, 1)}");
        await host.RunAsync();
        var bought = _simulator.Vectors.Total;
        Assert.True(bought > 0);

        _simulator.Refused = null;
        var progress = await host.RunAsync(request: new TaskRequest(RetryFailed: true));

        Assert.Equal(0, progress.Failed);
        Assert.All(_simulator.Vectors.Bought.Values, times => Assert.Equal(1, times));
        await AssertVectorsAsync(host);
    }

    [Fact]
    public async Task The_same_text_in_many_documents_is_bought_once()
    {
        await using var host = await StartAsync(documents: 0);
        for (var i = 0; i < 30; i++)
        {
            host.Library.Add($"S{i}", "Same").With("same.pdf", "The very same words in each of them. " + (i < 15 ? "" : "And some more."));
        }

        await host.RunAsync();

        Assert.Equal(2, _simulator.Vectors.Total);
        await AssertVectorsAsync(host);
    }

    [Fact]
    public async Task A_deleted_document_takes_what_was_bought_for_it_along()
    {
        await using var host = await StartAsync(documents: 2);
        await host.RunAsync();

        foreach (var document in await host.DocumentsAsync())
        {
            await host.Get<ProjectService>().DeleteDocumentAsync(host.PersonId, document.Id, Token);
        }

        await using var context = host.Database.NewContext();
        Assert.Equal(0, context.ProviderResults.Count());
        Assert.NotEqual(0, context.ProviderLedger.Count());
    }

    [Fact]
    public async Task A_change_of_embedder_leaves_every_document_to_be_found_by_its_old_vectors_until_it_has_new_ones()
    {
        await using var host = await StartAsync(documents: 6, Settings with { DefaultEmbedder = OfflineEmbeddingGenerator.Info.Id });
        await host.RunAsync();
        var before = await host.PointsAsync();
        _simulator.Refused = "Title 3\n";

        await ChooseAsync(host, Embedder);

        var mixed = await host.DocumentsAsync();
        Assert.Equal(5, mixed.Count(d => d.Embedder == Embedder));
        var old = Assert.Single(mixed, d => d.Embedder == OfflineEmbeddingGenerator.Info.Id);
        Assert.Equal(DocumentState.Failed, old.State);
        Assert.NotNull(old.Generation);
        foreach (var mode in Enum.GetValues<SearchMode>())
        {
            foreach (var word in new[] { "w3x0x1", "w4x0x1" })
            {
                var request = new SearchRequest
                {
                    Query = $"{word} {word[..4]}x2",
                    Mode = mode,
                    Top = 50,
                };
                var answer = await host.Get<SearchService>().SearchAsync(host.ProjectId, request, Token);
                Assert.Contains(answer.Hits, h => h.Passage.Contains(word, StringComparison.Ordinal));
            }
        }

        _simulator.Refused = null;
        await host.RunAsync(request: new TaskRequest(RetryFailed: true));

        Assert.All(await host.DocumentsAsync(), d => Assert.Equal((Embedder, DocumentState.Indexed), (d.Embedder, d.State)));
        await AssertVectorsAsync(host);
        await host.AssertCleanAsync();
        Assert.Empty(before.Keys.Intersect((await host.PointsAsync()).Keys));
        Assert.All(
            _simulator.Vectors.Bought.Where(b => b.Key.StartsWith("Title", StringComparison.Ordinal)),
            bought => Assert.Equal(1, bought.Value)
        );
    }

    [Fact]
    public async Task A_cap_pauses_the_run_with_a_reason_and_raising_it_lets_it_go_on()
    {
        await using var host = await StartAsync(documents: 4);
        await host.RunAsync();
        var spending = host.Get<SpendingService>();
        await using var context = host.Database.NewContext();
        var session = context.Sessions.Single().Id;
        var spent = await spending.GetAsync(host.PersonId, session, Token);
        Assert.True(spent is { Spent: > 0, Cap: null, Waiting: null });
        await spending.SetCapAsync(host.PersonId, session, spent.Spent, Token);
        host.Library.Add("MORE", "More").With("more.pdf", Text(99, 2));

        var task = await host.Tasks.StartAsync(host.ProjectId, host.PersonId, "/library", null, Token);
        string? reason = null;
        while (reason is null)
        {
            reason = (await spending.GetAsync(host.PersonId, session, Token)).Waiting;
        }

        Assert.Contains("cap", reason, StringComparison.Ordinal);
        Assert.False((await host.Tasks.GetProgressAsync(host.PersonId, task.Id, Token)).IsEnded);
        await spending.SetCapAsync(host.PersonId, session, 100, Token);
        Assert.Equal(0, (await host.WaitAsync(task.Id)).Failed);
        await AssertVectorsAsync(host);
    }

    private static async Task ChooseAsync(PipelineHost host, string embedder)
    {
        foreach (var task in await host.Get<EmbedderChoice>().ChooseAsync(host.PersonId, host.ProjectId, embedder, Token))
        {
            await host.WaitAsync(task.Id);
        }
    }

    private async Task<PipelineHost> StartAsync(int documents, RagPySettings? settings = null)
    {
        var host = await PipelineHost.CreateAsync(postgres, settings: settings ?? Settings);
        for (var i = 0; i < documents; i++)
        {
            host.Library.Add($"D{i:000}", $"Title {i}").With("a.pdf", Text(i, 1 + (i % 3)));
        }

        await host.Worker.StartAsync(Token);
        return host;
    }

    private static string Text(int item, int pages) =>
        string.Join(
            '\f',
            Enumerable.Range(0, pages).Select(page => string.Join(' ', Enumerable.Range(0, 300).Select(word => $"w{item}x{page}x{word}")))
        );

    /// <summary>The vector of every indexed point is exactly the one of its text.</summary>
    private static async Task AssertVectorsAsync(PipelineHost host)
    {
        await using var context = host.Database.NewContext();
        var titles = context.Items.ToDictionary(i => i.Id, i => i.Title);
        var documents = context.Documents.Where(d => d.Generation != null).ToDictionary(d => d.Id, d => titles[d.ItemId]);
        var texts = context.Chunks.ToList().Where(c => documents.ContainsKey(c.DocumentId)).ToDictionary(c => c.Id);
        var points = 0;
        await foreach (var point in host.Get<IVectorStore>().ScanAsync(host.ProjectId, Token))
        {
            var chunk = texts[point.Id];
            var text = ChunkEncoder.TextToEmbed(documents[chunk.DocumentId], chunk.Text);
            var expected = UnitVector.Of(EmbeddingVectors.Of("text-embedding-3-large", text, 64));
            Assert.Equal(expected, point.Dense.ToArray());
            points++;
        }

        Assert.Equal(texts.Count, points);
    }
}
