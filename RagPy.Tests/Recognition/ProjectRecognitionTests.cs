using Microsoft.Extensions.DependencyInjection;
using RagPy.Core.Extraction.Recognition;
using RagPy.Core.Pipeline;
using RagPy.Core.Projects;
using RagPy.Core.Providers;
using RagPy.Core.Settings;
using RagPy.Tests.Pipeline;
using Xunit;

namespace RagPy.Tests.Recognition;

/// <summary>What reads a project's pages is the project's choice; with engines of the tests' own.</summary>
public sealed class ProjectRecognitionTests(PostgresFixture postgres)
{
    private readonly FakeRecognizer _mistral = new("mistral");
    private readonly FakeRecognizer _tesseract = new("tesseract");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_projects_have_the_same_scan_read_by_two_engines()
    {
        await using var host = await StartAsync();
        host.Library.Add("A").With("a.pdf", "One.\fSCAN The second tells of bridges.");
        var house = await host.Get<ProjectService>().GetOrCreateAsync(host.PersonId, "house", Token);
        await ChooseAsync(host, host.ProjectId, "mistral");
        await ChooseAsync(host, house.Id, "tesseract");

        await host.RunAsync();
        await host.RunAsync(house.Id);

        Assert.Equal(("mistral", "tesseract"), (await EngineAsync(host, host.ProjectId), await EngineAsync(host, house.Id)));
        Assert.Single(_mistral.Asked);
        Assert.Single(_tesseract.Asked);
        await host.AssertCleanAsync();
        await host.AssertCleanAsync(house.Id);
    }

    [Theory]
    [InlineData("tesseract")]
    [InlineData("none")]
    public async Task Pages_of_a_project_that_keeps_them_never_leave_the_house(string choice)
    {
        await using var host = await StartAsync();
        _tesseract.Error = new DocumentFailedException(FailureCode.ProviderError, "Unreadable.");
        host.Library.Add("A").With("a.pdf", "One.\fSCAN Two.");
        await ChooseAsync(host, host.ProjectId, choice);

        await host.RunAsync();
        await host.Tasks.StartAsync(host.ProjectId, host.PersonId, "/library", new TaskRequest(RetryFailed: true), Token);
        await host.RunAsync();

        Assert.Empty(_mistral.Asked);
        Assert.Equal(1, Assert.Single(await host.DocumentsAsync()).NeedsOcrPages);
    }

    [Fact]
    public async Task A_scan_that_nobody_was_to_read_is_read_by_the_next_run_after_another_choice_and_another_after_that_buys_nothing()
    {
        await using var host = await StartAsync();
        host.Library.Add("A").With("a.pdf", "SCAN One.\fSCAN Two.");
        await ChooseAsync(host, host.ProjectId, "none");
        await host.RunAsync();
        var failed = Assert.Single(await host.DocumentsAsync());
        Assert.Equal(FailureCode.NeedsOcr, failed.FailureCode);
        Assert.Contains("turned off for this project", failed.FailureReason, StringComparison.Ordinal);

        await ChooseAsync(host, host.ProjectId, "mistral");
        Assert.Equal(0, (await host.RunAsync()).Failed);
        await ChooseAsync(host, host.ProjectId, "tesseract");
        var after = await host.RunAsync();

        Assert.Equal(1, after.Unchanged);
        Assert.Equal((2, 0), (_mistral.Asked.Count, _tesseract.Asked.Count));
    }

    [Fact]
    public async Task A_project_may_have_all_pages_read_where_the_server_reads_those_that_need_it()
    {
        await using var host = await StartAsync();
        host.Library.Add("A").With("a.pdf", "One.\fSCAN Two.");
        await ChooseAsync(host, host.ProjectId, "tesseract", "all");
        await host.RunAsync();
        Assert.Equal([1, 2], _tesseract.Asked.Select(asked => asked.Page).Order());

        await ChooseAsync(host, host.ProjectId, "default", "default");
        await host.RunAsync();

        Assert.Equal((0, 2), (_mistral.Asked.Count, _tesseract.Asked.Count));
    }

    [Fact]
    public async Task Only_the_owner_chooses_and_only_what_there_is()
    {
        await using var host = await StartAsync();
        var choice = host.Get<RecognitionChoice>();
        await using var context = host.Database.NewContext();
        var other = new Person { Name = "other", CreatedAt = DateTimeOffset.UnixEpoch };
        context.People.Add(other);
        await context.SaveChangesAsync(Token);

        await Assert.ThrowsAsync<NotFoundException>(() => choice.ChooseAsync(other.Id, host.ProjectId, "none", null, Token));
        Assert.Contains("tesseract", Refusal(() => choice.Require("cupboard", null)), StringComparison.Ordinal);
        Assert.Contains("need", Refusal(() => choice.Require(null, "some")), StringComparison.Ordinal);
        Assert.Contains("OPENAI_API_KEY", Refusal(() => choice.Require("vision", null)), StringComparison.Ordinal);
    }

    private static string Refusal(Action choose) => Assert.Throws<ProviderNotConfiguredException>(choose).Message;

    private static Task ChooseAsync(PipelineHost host, long project, string engine, string? pages = null) =>
        host.Get<RecognitionChoice>().ChooseAsync(host.PersonId, project, engine, pages, Token);

    private static async Task<string> EngineAsync(PipelineHost host, long project)
    {
        var document = Assert.Single(await host.DocumentsAsync(project));
        return (await host.Get<DocumentReader>().GetPageAsync(host.PersonId, document.Id, 2, Token)).Engine;
    }

    private async Task<PipelineHost> StartAsync()
    {
        var settings = new RagPySettings { Recognition = "auto", MistralApiKey = "set" };
        var host = await PipelineHost.CreateAsync(
            postgres,
            settings: settings,
            extra: services => services.AddSingleton(new RecognitionEngines([_mistral, _tesseract], settings))
        );
        await host.Worker.StartAsync(Token);
        return host;
    }
}
