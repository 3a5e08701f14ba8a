using System.Text;
using Microsoft.Extensions.DependencyInjection;
using RagPy.Core.Estimates;
using RagPy.Core.Extraction.Recognition;
using RagPy.Core.Projects;
using RagPy.Core.Settings;
using RagPy.Tests.Recognition;
using RagPy.Tests.Sources;
using Xunit;

namespace RagPy.Tests.Pipeline;

/// <summary>Recognition and clean-up in an estimate, and what one estimate keeps for the next.</summary>
public sealed class EstimateLinesTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const string Model = "openai/gpt-4o-mini";
    private readonly LibraryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static RagPySettings Settings =>
        new()
        {
            Recognition = "mistral",
            MistralApiKey = "set",
            OpenAIApiKey = "set",
        };

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _folder.DisposeAsync();

    [Fact]
    public async Task Of_PDFs_that_nobody_read_any_page_may_need_recognition_at_the_engines_price()
    {
        await using var host = await PipelineHost.CreateAsync(postgres, settings: Settings);
        var zip = _folder.Write("a.pdf", Pdf(30)).Write("b.pdf", Pdf(70)).Zip();

        var estimate = await host.Get<EstimateService>().OfSourceAsync(null, zip, null, null, Token);

        Assert.Equal(new AmountRange(100, 100), estimate.Pages);
        Assert.Equal((new AmountRange(0, 100), "mistral"), (estimate.Recognition.Pages, Assert.Single(estimate.Recognition.Engines)));
        Assert.Equal(new CostRange(0, 0.1m), estimate.Recognition.Cost);
        Assert.Equal((estimate.Recognition.Cost, null), (estimate.Total, estimate.CleanUp));
        Assert.InRange(estimate.Tokens.Low, 100 * 150, 100 * 250);
        Assert.InRange(estimate.Tokens.High, 100 * 1280, 100 * 1650);
    }

    [Fact]
    public void Bounds_of_tokens_a_page_draw_together_as_files_come_in()
    {
        var one = PageTokens.Of(1);
        var many = PageTokens.Of(10_000);

        Assert.Equal((100, 1400), one);
        Assert.InRange(many.Low, one.Low, 400);
        Assert.InRange(many.High, 1000, one.High);
    }

    [Fact]
    public async Task The_clean_up_is_priced_by_what_goes_in_and_what_comes_back()
    {
        await using var host = await PipelineHost.CreateAsync(postgres, settings: Settings with { Recognition = "none" });
        await host.Get<CleanUpChoice>().ChooseAsync(host.PersonId, host.ProjectId, Model, Token);
        var text = string.Join(' ', Enumerable.Range(0, 500).Select(n => $"word{n}"));
        var path = Path.Combine(_folder.Write("t.csv", $"title,text,texteocr_provider\nT,{text},openai\nU,{text},csv\n").Root, "t.csv");
        var project = await host.Get<ProjectService>().GetAsync(host.PersonId, host.ProjectId, Token);

        var estimate = await host.Get<EstimateService>().OfSourceAsync(project, path, null, null, Token);

        var cleanUp = estimate.CleanUp!;
        Assert.Equal(Model, cleanUp.Model);
        Assert.True(cleanUp.Passages.Low > 0 && cleanUp.Passages.High < estimate.Passages.High, "A row of plain text is left alone.");
        Assert.Equal(cleanUp.InputTokens.Low, cleanUp.OutputTokens.Low + (cleanUp.Passages.Low * 300));
        Assert.Equal(((cleanUp.InputTokens.High * 0.15m) + (cleanUp.OutputTokens.High * 0.60m)) / 1_000_000m, cleanUp.Cost!.High);
        Assert.Equal(cleanUp.Cost, estimate.Total);
    }

    [Fact]
    public async Task Of_documents_that_were_read_the_pages_that_need_recognition_are_known()
    {
        var engine = new FakeRecognizer("mistral");
        var settings = Settings;
        await using var host = await PipelineHost.CreateAsync(
            postgres,
            settings: settings,
            extra: services => services.AddSingleton(new RecognitionEngines([engine], settings))
        );
        await host.Worker.StartAsync(Token);
        host.Library.Add("A", "Kept").With("a.pdf", "One has text.\fSCAN Two.\fSCAN Three.");
        host.Library.Add("B", "Failed").With("b.pdf", "SCAN Four.");
        host.Library.Add("C", "Whole").With("c.pdf", "Five has text.");
        await host.Get<RecognitionChoice>().ChooseAsync(host.PersonId, host.ProjectId, "none", null, Token);
        await host.RunAsync();
        var off = await EstimateAsync(host);

        await host.Get<RecognitionChoice>().ChooseAsync(host.PersonId, host.ProjectId, "mistral", null, Token);
        var on = await EstimateAsync(host);
        await host.RunAsync();
        var after = await EstimateAsync(host);

        Assert.Equal((new AmountRange(0, 0), 0), (off.Recognition.Pages, off.Recognition.Engines.Count));
        Assert.Equal((new AmountRange(3, 3), 1), (on.Recognition.Pages, on.Done));
        Assert.Equal(3, engine.Asked.Count);
        Assert.Equal((new AmountRange(0, 0), 3), (after.Recognition.Pages, after.Done));
    }

    [Fact]
    public async Task A_second_estimate_reads_no_file_that_has_not_changed_and_counts_anew_one_that_has()
    {
        await using var host = await PipelineHost.CreateAsync(postgres, settings: Settings);
        var path = Path.Combine(_folder.Write("a.pdf", Pdf(30)).Root, "a.pdf");
        var time = new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(path, time);
        var task = await host.Tasks.StartAsync(host.ProjectId, host.PersonId, path, null, Token);
        Task<RunEstimate> EstimateAsync() => host.Get<EstimateService>().OfSessionAsync(host.PersonId, task.SessionId, Token);
        Assert.Equal(30, (await EstimateAsync()).Pages.Low);

        // Other bytes under the same name, size and time are not looked at.
        _folder.Write("a.pdf", Pdf(40));
        File.SetLastWriteTimeUtc(path, time);
        Assert.Equal(30, (await EstimateAsync()).Pages.Low);
        File.SetLastWriteTimeUtc(path, time.AddSeconds(1));
        Assert.Equal(40, (await EstimateAsync()).Pages.Low);

        await using var context = host.Database.NewContext();
        Assert.Equal(40, Assert.Single(context.CountedFiles).Pages);
        await host.Get<ProjectService>().DeleteSessionAsync(host.PersonId, task.SessionId, Token);
        Assert.Empty(context.CountedFiles);
    }

    [Theory]
    [InlineData("offline-hash/1", "none", "tesseract", true)]
    [InlineData("offline-hash/1", "none", "none", true)]
    [InlineData("offline-hash/1", "none", "mistral", false)]
    [InlineData("offline-hash/1", Model, "none", false)]
    [InlineData("openai/text-embedding-3-small", "none", "none", false)]
    public async Task A_project_is_free_when_nothing_of_it_can_cost(string embedder, string cleanUp, string recognition, bool isFree)
    {
        await using var host = await PipelineHost.CreateAsync(postgres, settings: Settings);
        await host.Get<EmbedderChoice>().ChooseAsync(host.PersonId, host.ProjectId, embedder, Token);
        await host.Get<CleanUpChoice>().ChooseAsync(host.PersonId, host.ProjectId, cleanUp, Token);
        await host.Get<RecognitionChoice>().ChooseAsync(host.PersonId, host.ProjectId, recognition, null, Token);

        Assert.Equal(isFree, await host.Get<EstimateService>().IsFreeAsync(host.ProjectId, Token));
    }

    private static async Task<RunEstimate> EstimateAsync(PipelineHost host)
    {
        var project = await host.Get<ProjectService>().GetAsync(host.PersonId, host.ProjectId, Token);
        return await host.Get<EstimateService>().OfSourceAsync(project, "/library", null, null, Token);
    }

    private static byte[] Pdf(int pages) =>
        Encoding.Latin1.GetBytes($"%PDF-1.7\n1 0 obj\n<</Type/Pages/Kids[]/Count {pages}>>\nendobj\n%%EOF\n");
}
