using Microsoft.Extensions.DependencyInjection;
using RagPy.Core.Extraction.Recognition;
using RagPy.Core.Pipeline;
using RagPy.Core.Projects;
using RagPy.Core.Search;
using RagPy.Core.Settings;
using RagPy.Tests.Pipeline;
using Xunit;

namespace RagPy.Tests.Recognition;

/// <summary>Pages without a text layer on their way through the pipeline, with engines of the tests' own.</summary>
public sealed class RecognizeStageTests(PostgresFixture postgres)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_scan_becomes_searchable_and_its_page_is_cited()
    {
        await using var host = await StartAsync(new FakeRecognizer("first"));
        host.Library.Add("A", "Title").With("a.pdf", "The first page is about tunnels.\fSCAN The second tells of bridges.");

        var progress = await host.RunAsync();

        Assert.Equal((1, 0, 0), (progress.Done, progress.Failed, progress.NeedsOcrPages));
        var hit = Assert.Single(await SearchAsync(host, "bridges"));
        Assert.Equal(2, hit.PageIndex);
        var document = Assert.Single(await host.DocumentsAsync());
        Assert.Equal((DocumentState.Indexed, 0), (document.State, document.NeedsOcrPages));
        var page = await host.Get<DocumentReader>().GetPageAsync(host.PersonId, document.Id, 2, Token);
        Assert.Equal(("first", "The second tells of bridges."), (page.Engine, page.Text));
        Assert.Equal("fake", (await host.Get<DocumentReader>().GetPageAsync(host.PersonId, document.Id, 1, Token)).Engine);
        await host.AssertCleanAsync();
    }

    [Fact]
    public async Task Only_pages_that_need_it_are_read_and_a_second_run_reads_none()
    {
        var engine = new FakeRecognizer("first");
        await using var host = await StartAsync(engine);
        host.Library.Add("A").With("a.pdf", "One.\fSCAN Two.\fThree.\fSCAN Four.");
        host.Library.Add("B").With("b.pdf", "Text only.");
        await host.RunAsync();
        Assert.Equal([2, 4], engine.Asked.Select(asked => asked.Page).Order());
        var points = await host.PointsAsync();

        var again = await host.RunAsync();
        host.Library["A"].Title = "A title";
        await host.RunAsync();

        Assert.Equal(2, again.Unchanged);
        Assert.Equal(2, engine.Asked.Count);
        Assert.NotEqual(points, await host.PointsAsync());
        await host.AssertCleanAsync();
    }

    [Fact]
    public async Task A_page_that_cannot_be_read_is_named_and_stops_no_other()
    {
        await using var host = await StartAsync(new FakeRecognizer("first") { PagesPerCall = 4 });
        host.Library.Add("A").With("a.pdf", "SCAN One.\fSCAN BAD\fSCAN Three tells of bridges.\fSCAN");
        host.Library.Add("B").With("b.pdf", "SCAN BAD");

        await host.RunAsync();

        var documents = await host.DocumentsAsync();
        var kept = documents.Single(document => document.FileName == "a.pdf");
        Assert.Equal((DocumentState.Indexed, 1), (kept.State, kept.NeedsOcrPages));
        Assert.Equal(3, Assert.Single(await SearchAsync(host, "bridges")).PageIndex);
        var overview = await host.Get<DocumentReader>().GetAsync(host.PersonId, kept.Id, Token);
        Assert.Equal(["Page 2: The page is bad."], overview.PagesWithoutText);
        var failed = documents.Single(document => document.FileName == "b.pdf");
        Assert.Equal((DocumentState.Failed, FailureCode.ProviderError), (failed.State, failed.FailureCode));
        Assert.Contains("The page is bad", failed.FailureReason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_one_engine_cannot_read_goes_to_the_next()
    {
        var first = new FakeRecognizer("first") { Error = new DocumentFailedException(FailureCode.ProviderAuth, "No key.") };
        var second = new FakeRecognizer("second");
        await using var host = await StartAsync(first, second);
        host.Library.Add("A").With("a.pdf", "SCAN One.\fSCAN Two.\fSCAN Three.");

        Assert.Equal(0, (await host.RunAsync()).Failed);

        Assert.Equal(3, second.Asked.Count);
        Assert.InRange(first.Asked.Count, 1, 2);
        var document = Assert.Single(await host.DocumentsAsync());
        Assert.Equal("second", (await host.Get<DocumentReader>().GetPageAsync(host.PersonId, document.Id, 2, Token)).Engine);
    }

    [Fact]
    public async Task An_engine_that_is_away_is_asked_again_and_what_was_read_is_not_read_again()
    {
        var engine = new FakeRecognizer("first") { Away = 2 };
        await using var host = await StartAsync(engine);
        host.Library.Add("A").With("a.pdf", "SCAN One.\fSCAN Two.\fSCAN Three AWAY.");

        Assert.Equal(0, (await host.RunAsync()).Failed);

        Assert.Equal(1, engine.Asked.Count(asked => asked.Page == 1));
        Assert.Equal(1, engine.Asked.Count(asked => asked.Page == 2));
        Assert.Equal(3, engine.Asked.Count(asked => asked.Page == 3));
    }

    [Fact]
    public async Task Others_go_on_while_a_page_is_slow()
    {
        var engine = new FakeRecognizer("first");
        await using var host = await StartAsync(engine);
        host.Library.Add("A").With("slow.pdf", "SCAN SLOW");
        host.Library.Add("B").With("b.pdf", "Text about tunnels.");
        var task = await host.Tasks.StartAsync(host.ProjectId, host.PersonId, "/library", null, Token);
        await engine.Waiting.WaitAsync(Token);

        while (!(await host.DocumentsAsync()).Any(document => document is { FileName: "b.pdf", State: DocumentState.Indexed }))
        {
            await Task.Delay(20, Token);
        }

        Assert.Single(await SearchAsync(host, "tunnels"));
        engine.Release();
        Assert.Equal(0, (await host.WaitAsync(task.Id)).Failed);
    }

    [Fact]
    public async Task The_same_file_is_read_once_for_all_its_documents()
    {
        var engine = new FakeRecognizer("first");
        await using var host = await StartAsync(engine);
        for (var i = 0; i < 5; i++)
        {
            host.Library.Add($"I{i}").With("same.pdf", "SCAN The same scan of a bridge.");
        }

        Assert.Equal(0, (await host.RunAsync()).Failed);

        Assert.Single(engine.Asked);
        Assert.All(await host.DocumentsAsync(), document => Assert.Equal(DocumentState.Indexed, document.State));
        await host.AssertCleanAsync();
    }

    [Fact]
    public async Task An_engine_that_comes_later_reads_what_was_left_and_nothing_else_is_touched()
    {
        var engine = new FakeRecognizer("first") { Problem = "The engine wants a key." };
        await using var host = await StartAsync(engine);
        host.Library.Add("A").With("a.pdf", "One.\fSCAN Two.");
        host.Library.Add("B").With("b.pdf", "SCAN Three.");
        host.Library.Add("C").With("c.pdf", "Text only.");
        await host.RunAsync();
        var failed = Assert.Single(await host.DocumentsAsync(), document => document.State == DocumentState.Failed);
        Assert.Equal(FailureCode.NeedsOcr, failed.FailureCode);
        Assert.Contains("No engine for it is set up", failed.FailureReason, StringComparison.Ordinal);
        Assert.Contains("tesseract", failed.FailureReason, StringComparison.Ordinal);

        engine.Problem = null;
        var progress = await host.RunAsync();

        Assert.Equal((2, 0, 1), (progress.Done, progress.Failed, progress.Unchanged));
        Assert.Equal(2, engine.Asked.Count);
        Assert.All(await host.DocumentsAsync(), document => Assert.Equal(0, document.NeedsOcrPages));
        await host.AssertCleanAsync();
    }

    [Fact]
    public async Task Turned_off_a_scan_says_so()
    {
        await using var host = await PipelineHost.CreateAsync(postgres, settings: new RagPySettings { Recognition = "none" });
        host.Library.Add("A").With("a.pdf", "SCAN");
        await host.Worker.StartAsync(Token);

        await host.RunAsync();

        var document = Assert.Single(await host.DocumentsAsync());
        Assert.Equal(FailureCode.NeedsOcr, document.FailureCode);
        Assert.Contains("RAGPY_OCR", document.FailureReason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Asked_for_all_pages_it_reads_those_with_text_too()
    {
        var engine = new FakeRecognizer("first");
        await using var host = await StartAsync(new RagPySettings { Recognition = "auto", RecognitionPages = "all" }, engine);
        host.Library.Add("A").With("a.pdf", "One.\fSCAN Two.");

        Assert.Equal(0, (await host.RunAsync()).Failed);

        Assert.Equal([1, 2], engine.Asked.Select(asked => asked.Page).Order());
        await host.RunAsync();
        Assert.Equal(2, engine.Asked.Count);
    }

    [Fact]
    public async Task A_long_document_gives_way_to_others_and_keeps_what_is_done()
    {
        var engine = new FakeRecognizer("first");
        await using var host = await StartAsync(
            new RagPySettings(),
            options => options.RecognitionTurn = TimeSpan.FromMilliseconds(1),
            engine
        );
        host.Library.Add("A").With("a.pdf", string.Join('\f', Enumerable.Range(1, 40).Select(page => $"SCAN Page {page}.")));

        Assert.Equal(0, (await host.RunAsync()).Failed);

        Assert.Equal(40, engine.Asked.Count);
        Assert.Equal(0, Assert.Single(await host.DocumentsAsync()).NeedsOcrPages);
    }

    [Fact]
    public async Task A_document_that_takes_long_keeps_only_its_own_place()
    {
        const int others = 40;
        var engine = new FakeRecognizer("first");
        await using var host = await StartAsync(engine);
        host.Library.Add("A").With("a.pdf", "SCAN SLOW");
        for (var i = 0; i < others; i++)
        {
            host.Library.Add($"B{i:00}").With("b.pdf", $"SCAN Number {i}.");
        }

        var task = await host.Tasks.StartAsync(host.ProjectId, host.PersonId, "/library", null, Token);
        var last = 0;
        await foreach (var progress in host.Tasks.WatchAsync(host.PersonId, task.Id, Token))
        {
            last = progress.Done;
            if (last == others)
            {
                engine.Release();
            }
        }

        Assert.Equal(others + 1, last);
    }

    private Task<PipelineHost> StartAsync(params FakeRecognizer[] engines) => StartAsync(new RagPySettings(), null, engines);

    private Task<PipelineHost> StartAsync(RagPySettings settings, params FakeRecognizer[] engines) => StartAsync(settings, null, engines);

    /// <summary>The engines of the machine are not there: what is installed must not decide what a test sees.</summary>
    private async Task<PipelineHost> StartAsync(RagPySettings settings, Action<PipelineOptions>? configure, params FakeRecognizer[] engines)
    {
        var host = await PipelineHost.CreateAsync(
            postgres,
            configure,
            settings,
            services => services.AddSingleton(provider => new RecognitionEngines(engines, provider.GetRequiredService<RagPySettings>()))
        );
        await host.Worker.StartAsync(Token);
        return host;
    }

    private static async Task<IReadOnlyList<SearchHit>> SearchAsync(PipelineHost host, string query)
    {
        var request = new SearchRequest { Query = query, Mode = SearchMode.Sparse };
        return (await host.Get<SearchService>().SearchAsync(host.ProjectId, request, Token)).Hits;
    }
}
