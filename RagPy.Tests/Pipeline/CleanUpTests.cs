using System.Text.Json;
using Npgsql;
using RagPy.Core.Chunking;
using RagPy.Core.CleanUp;
using RagPy.Core.Embedding;
using RagPy.Core.Exports;
using RagPy.Core.Pipeline;
using RagPy.Core.Projects;
using RagPy.Core.Providers;
using RagPy.Core.Search;
using RagPy.Core.Settings;
using RagPy.Tests.Simulators;
using Xunit;

namespace RagPy.Tests.Pipeline;

/// <summary>The clean-up of passages by a chat model: what it buys, stores, survives and never does. The simulated model takes the word NOISE out.</summary>
public sealed class CleanUpTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const string Model = "openai/gpt-4o-mini";
    private readonly OpenAISimulator _simulator = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private RagPySettings Settings =>
        new()
        {
            DefaultCleanUp = Model,
            OpenAIApiKey = OpenAISimulator.Key,
            OpenAIBaseUrl = $"{_simulator.Address}v1",
        };

    public async ValueTask InitializeAsync()
    {
        _simulator.Chat.Reply = request => new SimulatedReply(Clean(SimulatedChat.PassageIn(request)));
        await _simulator.StartAsync();
    }

    public ValueTask DisposeAsync() => _simulator.DisposeAsync();

    [Fact]
    public async Task Clean_text_is_embedded_found_and_exported_while_raw_text_is_quoted_and_a_second_run_buys_nothing()
    {
        await using var host = await StartAsync(documents: 8);

        var progress = await host.RunAsync();

        Assert.Equal((TaskState.Completed, 0), (progress.State, progress.Failed));
        var chunks = Chunks(host);
        Assert.All(chunks, c => Assert.Equal((CleanUpOutcome.Cleaned, Clean(c.Text)), (c.CleanOutcome!.Value, c.CleanText)));
        Assert.All(chunks, c => Assert.Contains("NOISE", c.Text, StringComparison.Ordinal));
        Assert.Equal(chunks.Count, _simulator.Chat.Requests.Count);
        Assert.Empty(ApiContract.Find("openai-subset.openapi.json")?.Check(_simulator.Exchanges) ?? []);
        AssertRequest(_simulator.Chat.Requests.First());
        AssertEmbedded(host, chunks);
        await AssertLedgerAsync(host, chunks.Count);
        await host.AssertCleanAsync();

        var request = new SearchRequest { Query = "w3x0x7", Mode = SearchMode.Sparse };
        var hit = (await host.Get<SearchService>().SearchAsync(host.ProjectId, request, Token)).Hits[0];
        Assert.Contains("NOISE", hit.Passage, StringComparison.Ordinal);
        Assert.Equal(Clean(hit.Passage), hit.CleanedPassage);
        Assert.Equal(hit.Quote.Text, hit.Passage[hit.Quote.Start..hit.Quote.End]);
        Assert.Empty((await host.Get<SearchService>().SearchAsync(host.ProjectId, request with { Query = "NOISE" }, Token)).Hits);
        Assert.All(await ExportedAsync(host), text => Assert.DoesNotContain("NOISE", text, StringComparison.Ordinal));

        await host.RunAsync();
        Assert.Equal(chunks.Count, _simulator.Chat.Requests.Count);
    }

    [Theory]
    [InlineData("summary", CleanUpOutcome.Altered)]
    [InlineData("empty", CleanUpOutcome.Empty)]
    [InlineData("cut", CleanUpOutcome.Cut)]
    [InlineData("refusal", CleanUpOutcome.Refused)]
    [InlineData("filter", CleanUpOutcome.Refused)]
    [InlineData("same", CleanUpOutcome.Unchanged)]
    public async Task Of_an_answer_that_is_no_correction_the_raw_text_is_kept_with_the_reason(string answer, CleanUpOutcome outcome)
    {
        _simulator.Chat.Reply = request =>
        {
            var text = SimulatedChat.PassageIn(request);
            return answer switch
            {
                "summary" => new SimulatedReply("This passage is about many numbered words."),
                "empty" => new SimulatedReply(""),
                "cut" => new SimulatedReply(Clean(text), "length"),
                "refusal" => new SimulatedReply("", Refusal: "I cannot do that."),
                _ => new SimulatedReply(text),
            };
        };
        _simulator.Chat.Refused = answer == "filter" ? "w0x0x" : null;
        await using var host = await StartAsync(documents: 1);

        var progress = await host.RunAsync();

        Assert.Equal((TaskState.Completed, 0), (progress.State, progress.Failed));
        var chunks = Chunks(host);
        Assert.All(chunks, c => Assert.Null(c.CleanText));
        Assert.Contains(chunks, c => c.CleanOutcome == outcome);
        AssertEmbedded(host, chunks);
        await using var context = host.Database.NewContext();
        // What was paid for is in the ledger; a failure is not kept for others.
        Assert.Equal(_simulator.Chat.Requests.Count, context.ProviderLedger.Count());
        Assert.Equal(chunks.Count(c => c.CleanOutcome == CleanUpOutcome.Unchanged), context.ProviderResults.Count());
    }

    [Fact]
    public async Task With_every_fault_at_once_every_passage_is_cleaned_and_none_bought_twice()
    {
        _simulator.Faults.AddShare(Fault.WithStatus(500), 0.15, seed: 1);
        _simulator.Faults.AddShare(Fault.Cut, 0.1, seed: 2);
        _simulator.Faults.AddShare(Fault.TooManyRequests(), 0.1, seed: 3);
        await using var host = await StartAsync(documents: 12);

        var progress = await host.RunAsync();

        Assert.Equal((TaskState.Completed, 0), (progress.State, progress.Failed));
        var chunks = Chunks(host);
        Assert.All(chunks, c => Assert.Equal(CleanUpOutcome.Cleaned, c.CleanOutcome));
        Assert.Equal(chunks.Count, _simulator.Chat.Requests.Count);
    }

    [Fact]
    public async Task A_broken_answer_is_asked_for_again_and_an_outage_leaves_the_raw_text()
    {
        _simulator.Faults.Add(Fault.Truncated);
        await using var host = await StartAsync(documents: 1);
        await host.RunAsync();
        Assert.All(Chunks(host), c => Assert.Equal(CleanUpOutcome.Cleaned, c.CleanOutcome));

        _simulator.Faults.Add(Fault.WithStatus(503), times: int.MaxValue);
        host.Library.Add("OUT", "Out").With("out.pdf", "Short NOISE text.");
        var progress = await host.RunAsync();

        Assert.Equal((TaskState.Completed, 0), (progress.State, progress.Failed));
        var failed = Assert.Single(Chunks(host), c => c.CleanOutcome == CleanUpOutcome.Failed);
        Assert.Null(failed.CleanText);
        Assert.Equal(3 * 4, _simulator.Exchanges.Count(e => e.Status == 503));
        Assert.Equal(1, (await StatisticsAsync(host)).Failed);
    }

    [Fact]
    public async Task A_refused_key_ends_the_documents_with_that_reason_and_a_new_key_lets_them_go_on()
    {
        await using var host = await StartAsync(documents: 2, Settings with { OpenAIApiKey = "sk-wrong" });
        await host.RunAsync();
        var documents = await host.DocumentsAsync();
        Assert.All(
            documents.Where(d => d.Kind == DocumentKind.File),
            d => Assert.Equal((DocumentState.Failed, FailureCode.ProviderAuth), (d.State, d.FailureCode))
        );
        await host.Worker.StopAsync(Token);

        await using var second = host.Second(settings: Settings);
        await second.Worker.StartAsync(Token);
        var progress = await second.RunAsync(request: new TaskRequest(RetryFailed: true));

        Assert.Equal(0, progress.Failed);
        Assert.All(Chunks(host), c => Assert.Equal(CleanUpOutcome.Cleaned, c.CleanOutcome));
    }

    [Fact]
    public async Task A_model_that_the_provider_does_not_have_ends_the_document_in_words()
    {
        _simulator.Faults.Add(Fault.WithStatus(404), times: int.MaxValue);
        await using var host = await StartAsync(documents: 1);

        Assert.Equal(1, (await host.RunAsync()).Failed);

        Assert.Contains(await host.DocumentsAsync(), d => d.FailureCode == FailureCode.ProviderError);
    }

    [Fact]
    public async Task Texts_that_need_no_clean_up_are_not_sent()
    {
        await using var host = await StartAsync(documents: 0);
        host.Library.Add("ABS", "Abstract only", "The NOISE abstract.");
        host.Library.Add("OCR", "Recognised").With("ocr.pdf", "MISTRAL read this NOISE page.");

        var progress = await host.RunAsync();

        Assert.Equal((TaskState.Completed, 0), (progress.State, progress.Failed));
        Assert.Empty(_simulator.Exchanges);
        Assert.Equal(new CleanUpOutcome?[] { null, CleanUpOutcome.Skipped }, Chunks(host).Select(c => c.CleanOutcome).Order());
        Assert.Equal(1, (await StatisticsAsync(host)).Skipped);
    }

    [Fact]
    public async Task The_same_passage_is_bought_once_and_a_new_title_buys_nothing()
    {
        await using var host = await StartAsync(documents: 0);
        for (var i = 0; i < 12; i++)
        {
            host.Library.Add($"S{i}", $"Title {i}")
                .With("same.pdf", $"The very same NOISE words in each of them.{(i < 6 ? "" : " And more.")}");
        }

        await host.RunAsync();
        Assert.Equal(2, _simulator.Chat.Requests.Count);
        host.Library["S1"].Title = "Another title";
        await host.RunAsync();

        Assert.Equal(2, _simulator.Chat.Requests.Count);
        Assert.All(Chunks(host), c => Assert.Equal(CleanUpOutcome.Cleaned, c.CleanOutcome));
    }

    [Fact]
    public async Task A_project_can_choose_and_leave_a_model_and_what_was_bought_is_still_there_when_it_comes_back()
    {
        await using var host = await StartAsync(documents: 3, Settings with { DefaultCleanUp = "none" });
        await host.RunAsync();
        Assert.Empty(_simulator.Exchanges);
        Assert.All(Chunks(host), c => Assert.Null(c.CleanOutcome));

        await ChooseAsync(host, "gpt-4o-mini");
        var cleaned = await host.PointsAsync();
        var bought = _simulator.Chat.Requests.Count;
        Assert.All(Chunks(host), c => Assert.Equal(CleanUpOutcome.Cleaned, c.CleanOutcome));
        await host.AssertCleanAsync();

        await ChooseAsync(host, "none");
        Assert.All(Chunks(host), c => Assert.Null(c.CleanText));
        Assert.Empty((await host.PointsAsync()).Keys.Intersect(cleaned.Keys));

        await ChooseAsync(host, Model);
        Assert.Equal(bought, _simulator.Chat.Requests.Count);
        Assert.Equal(cleaned, await host.PointsAsync());
        Assert.Empty(await host.Get<CleanUpChoice>().ChooseAsync(host.PersonId, host.ProjectId, Model, Token));
    }

    [Fact]
    public async Task A_cap_pauses_the_clean_up_with_a_reason_and_raising_it_lets_it_go_on()
    {
        await using var host = await StartAsync(documents: 2);
        await host.RunAsync();
        var spending = host.Get<SpendingService>();
        var session = SessionOf(host);
        var spent = (await spending.GetAsync(host.PersonId, session, Token)).Spent;
        Assert.True(spent > 0);
        // Caps have six decimals, and these calls cost little.
        await spending.SetCapAsync(host.PersonId, session, Math.Round(spent / 2, 6), Token);
        host.Library.Add("MORE", "More").With("more.pdf", Text(99, 1));

        var task = await host.Tasks.StartAsync(host.ProjectId, host.PersonId, "/library", null, Token);
        string? reason = null;
        await UntilAsync(async () => (reason = (await spending.GetAsync(host.PersonId, session, Token)).Waiting) is not null);

        Assert.Contains("cap", reason, StringComparison.Ordinal);
        Assert.False((await host.Tasks.GetProgressAsync(host.PersonId, task.Id, Token)).IsEnded);
        Assert.True((await StatisticsAsync(host)).Waiting > 0);
        await spending.SetCapAsync(host.PersonId, session, 100, Token);
        Assert.Equal(0, (await host.WaitAsync(task.Id)).Failed);
        Assert.All(Chunks(host), c => Assert.Equal(CleanUpOutcome.Cleaned, c.CleanOutcome));
    }

    [Fact]
    public async Task Other_documents_go_on_while_a_call_takes_its_time_and_a_cancellation_ends_the_wait()
    {
        _simulator.Faults.Latency = TimeSpan.FromMinutes(10);
        await using var host = await StartAsync(documents: 6);
        for (var i = 0; i < 30; i++)
        {
            host.Library.Add($"A{i}", $"Abstract {i}", $"An abstract of number {i}.");
        }

        var task = await host.Tasks.StartAsync(host.ProjectId, host.PersonId, "/library", null, Token);
        await UntilAsync(async () => (await host.DocumentsAsync()).Count(d => d.State == DocumentState.Indexed) == 30);

        var begun = TimeProvider.System.GetTimestamp();
        await host.Tasks.CancelAsync(host.PersonId, task.Id, Token);
        Assert.Equal(TaskState.Cancelled, (await host.WaitAsync(task.Id)).State);
        Assert.True(TimeProvider.System.GetElapsedTime(begun) < TimeSpan.FromSeconds(5));
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

    private static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        while (!await isSo())
        {
            await Task.Delay(50, limit.Token);
        }
    }

    private static async Task ChooseAsync(PipelineHost host, string model)
    {
        foreach (var task in await host.Get<CleanUpChoice>().ChooseAsync(host.PersonId, host.ProjectId, model, Token))
        {
            Assert.Equal(0, (await host.WaitAsync(task.Id)).Failed);
        }
    }

    private static string Text(int item, int pages) =>
        string.Join(
            '\f',
            Enumerable
                .Range(0, pages)
                .Select(page =>
                    string.Join(' ', Enumerable.Range(0, 200).Select(word => $"w{item}x{page}x{word}{(word % 20 == 10 ? " NOISE" : "")}"))
                )
        );

    private static string Clean(string text) =>
        text.Replace(" NOISE", "", StringComparison.Ordinal).Replace("NOISE ", "", StringComparison.Ordinal);

    private static List<StoredChunk> Chunks(PipelineHost host)
    {
        using var context = host.Database.NewContext();
        return [.. context.Chunks.Where(c => context.Documents.Any(d => d.Id == c.DocumentId && d.Generation == c.Generation))];
    }

    private static long SessionOf(PipelineHost host)
    {
        using var context = host.Database.NewContext();
        return context.Sessions.Single().Id;
    }

    private static Task<CleanUpCounts> StatisticsAsync(PipelineHost host) =>
        host.Get<CleanUpStatistics>().GetAsync(host.PersonId, SessionOf(host), Token);

    private static void AssertRequest(JsonElement request)
    {
        Assert.Equal(0.3, request.GetProperty("temperature").GetDouble());
        Assert.Equal(8000, request.GetProperty("max_completion_tokens").GetInt32());
        Assert.Equal(["system", "user"], request.GetProperty("messages").EnumerateArray().Select(m => m.GetProperty("role").GetString()));
    }

    /// <summary>Both vectors of each chunk are those of title and clean text.</summary>
    private static void AssertEmbedded(PipelineHost host, List<StoredChunk> chunks)
    {
        using var context = host.Database.NewContext();
        var documents = context.Documents.ToDictionary(d => d.Id);
        var titles = context.Items.ToDictionary(i => i.Id, i => i.Title);
        foreach (var chunk in chunks)
        {
            var document = documents[chunk.DocumentId];
            var title = titles[document.ItemId];
            var (dense, sparse) = host.Get<ChunkEncoder>().Encode(title, chunk.CleanText ?? chunk.Text, document.Language);
            Assert.Equal(DenseVectorCodec.Encode(dense), chunk.Dense);
            Assert.Equal(SparseVectorCodec.Encode(sparse), chunk.Sparse);
        }
    }

    private static async Task AssertLedgerAsync(PipelineHost host, int calls)
    {
        await using var context = host.Database.NewContext();
        Assert.Equal(calls, context.ProviderLedger.Count());
        Assert.All(
            context.ProviderLedger.ToList(),
            l => Assert.True(l is { Operation: "chat", Model: "gpt-4o-mini", InputTokens: > 0, OutputTokens: > 0, Cost: > 0 })
        );
        Assert.Equal(calls, (await StatisticsAsync(host)).Cleaned);
    }

    private static async Task<List<string>> ExportedAsync(PipelineHost host)
    {
        var texts = new List<string>();
        await using var connection = await host.Get<NpgsqlDataSource>().OpenConnectionAsync(Token);
        var reader = new ExportReader(connection, SessionOf(host));
        await foreach (var document in reader.DocumentsAsync(Token))
        {
            await foreach (var chunk in reader.ChunksAsync(document, ExportFile.Chunks, Token))
            {
                texts.Add(chunk.Text);
            }
        }

        Assert.NotEmpty(texts);
        return texts;
    }
}
