using RagPy.Core.Pipeline;
using RagPy.Core.Projects;
using Xunit;

namespace RagPy.Tests.Pipeline;

/// <summary>Whole runs of the pipeline over a small library.</summary>
public sealed class PipelineTests(PostgresFixture postgres)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_library_is_indexed_and_bringing_it_again_changes_nothing()
    {
        await using var host = await PipelineHost.CreateAsync(postgres);
        Fill(host.Library);
        await host.Worker.StartAsync(Token);

        var first = await host.RunAsync();

        Assert.Equal(TaskState.Completed, first.State);
        Assert.Equal((5, 4, 1), (first.Documents, first.Done, first.Failed));
        var failure = Assert.Single(first.Failures);
        Assert.Equal((FailureCode.Encrypted, true), (failure.Code, failure.CoveredByAbstract));
        var points = await host.PointsAsync();
        Assert.NotEmpty(points);
        await host.AssertCleanAsync();

        var extracted = host.Extractor.Extracted.Count;
        var second = await host.RunAsync();

        Assert.Equal(TaskState.Completed, second.State);
        Assert.Equal((0, 0, 0), (second.Added, second.Changed, second.Removed));
        Assert.Equal(extracted, host.Extractor.Extracted.Count);
        Assert.Equal(points, await host.PointsAsync());
        Assert.Single(second.Failures);
        await host.AssertCleanAsync();
    }

    [Fact]
    public async Task One_replaced_one_removed_and_one_added_change_exactly_those()
    {
        await using var host = await PipelineHost.CreateAsync(postgres);
        Fill(host.Library);
        await host.Worker.StartAsync(Token);
        await host.RunAsync();
        var before = (await host.DocumentsAsync()).ToDictionary(d => d.SourceKey + d.Kind);

        host.Library["A"].With("a.pdf", "Quite another text about canals.");
        host.Library.Remove("B");
        host.Library.Add("N", "New").With("n.pdf", "A new text about harbours.");
        var second = await host.RunAsync();

        Assert.Equal((1, 1, 1), (second.Added, second.Changed, second.Removed));
        var after = (await host.DocumentsAsync()).ToDictionary(d => d.SourceKey + d.Kind);
        Assert.Equal(["library/N/n.pdfFile"], after.Keys.Except(before.Keys));
        Assert.Equal(["library/B/b.pdfFile"], before.Keys.Except(after.Keys));
        var moved = after.Where(d => before.TryGetValue(d.Key, out var old) && old.Generation != d.Value.Generation).Select(d => d.Key);
        Assert.Equal(["library/A/a.pdfFile"], moved);
        Assert.DoesNotContain(await host.PointsAsync(), p => p.Value.Contains("rivers", StringComparison.Ordinal));
        await host.AssertCleanAsync();
    }

    [Fact]
    public async Task An_abstract_comes_when_no_file_gives_text_and_goes_when_one_does()
    {
        await using var host = await PipelineHost.CreateAsync(postgres);
        host.Library.Add("A", "Title", "An abstract about bridges.").With("1.pdf", "SCAN").With("2.pdf", "CRYPT").With("3.pdf", null);
        host.Library.Add("E").With("1.pdf", "SCAN");
        host.Library.Add("T", "Only a title");
        host.Library.Add("Z");
        await host.Worker.StartAsync(Token);

        await host.RunAsync();

        var abstracts = (await host.DocumentsAsync()).Where(d => d.Kind == DocumentKind.Abstract).ToArray();
        Assert.Equal(["library/A", "library/T", "library/Z"], abstracts.Select(d => d.SourceKey));
        Assert.Equal([DocumentState.Indexed, DocumentState.Indexed, DocumentState.Failed], abstracts.Select(d => d.State));
        Assert.Equal(FailureCode.Empty, abstracts[2].FailureCode);
        Assert.Contains(await host.PointsAsync(), p => p.Value.Contains("bridges", StringComparison.Ordinal));

        host.Library["A"].With("2.pdf", "Now there is text about tunnels.");
        await host.RunAsync();

        Assert.DoesNotContain(await host.DocumentsAsync(), d => d is { Kind: DocumentKind.Abstract, SourceKey: "library/A" });
        var points = await host.PointsAsync();
        Assert.DoesNotContain(points, p => p.Value.Contains("bridges", StringComparison.Ordinal));
        Assert.Contains(points, p => p.Value.Contains("tunnels", StringComparison.Ordinal));
        await host.AssertCleanAsync();
    }

    [Fact]
    public async Task Pages_without_text_are_counted_and_the_others_indexed()
    {
        await using var host = await PipelineHost.CreateAsync(postgres);
        host.Library.Add("A", "Title").With("a.pdf", "First page.\fSCAN\fThird page.");
        await host.Worker.StartAsync(Token);

        var progress = await host.RunAsync();

        Assert.Equal((1, 3, 1), (progress.Done, progress.PagesDone, progress.NeedsOcrPages));
        var document = Assert.Single(await host.DocumentsAsync());
        Assert.Equal((DocumentState.Indexed, 3, 1), (document.State, document.PageCount, document.NeedsOcrPages));
    }

    [Fact]
    public async Task The_same_file_in_two_documents_is_extracted_once()
    {
        await using var host = await PipelineHost.CreateAsync(postgres);
        host.Library.Add("A", "One").With("a.pdf", "The same text.");
        host.Library.Add("B", "Two").With("b.pdf", "The same text.");
        await host.Worker.StartAsync(Token);

        var progress = await host.RunAsync();

        Assert.Equal(2, progress.Done);
        Assert.Single((await host.DocumentsAsync()).Select(d => d.ExtractionId).Distinct());
        Assert.Equal(2, (await host.PointsAsync()).Count);
    }

    [Fact]
    public async Task A_transient_failure_is_tried_three_times_and_again_in_the_next_run()
    {
        await using var host = await PipelineHost.CreateAsync(postgres);
        host.Library.Add("A", "Title").With("a.pdf", "THROW twice, then text.");
        for (var i = 0; i < 4; i++)
        {
            host.Extractor.Errors.Enqueue(new IOException("The disk was busy."));
        }

        await host.Worker.StartAsync(Token);

        var first = await host.RunAsync();
        Assert.Equal(FailureCode.Internal, Assert.Single(first.Failures).Code);
        Assert.Single(host.Extractor.Errors);

        var second = await host.RunAsync();
        Assert.Equal(TaskState.Completed, second.State);
        Assert.Empty(second.Failures);
        Assert.Contains(await host.DocumentsAsync(), d => d is { Kind: DocumentKind.File, State: DocumentState.Indexed });
        await host.AssertCleanAsync();
    }

    [Fact]
    public async Task A_source_that_cannot_be_read_fails_the_task_with_its_message()
    {
        await using var host = await PipelineHost.CreateAsync(postgres);
        Fill(host.Library);
        host.Library.Error = new RagPy.Core.Sources.SourceException("The export is cut off; export it again.");
        await host.Worker.StartAsync(Token);

        var progress = await host.RunAsync();

        Assert.Equal(TaskState.Failed, progress.State);
        Assert.Equal("The export is cut off; export it again.", progress.Error);

        host.Library.Error = null;
        Assert.Equal((TaskState.Completed, 4), await Outcome(host.RunAsync()));
        await host.AssertCleanAsync();
    }

    [Fact]
    public async Task A_cancelled_task_stops_within_five_seconds_and_the_next_run_goes_on()
    {
        await using var host = await PipelineHost.CreateAsync(postgres);
        Fill(host.Library);
        host.Library.Add("W", "Waits").With("w.pdf", "WAIT for it.");
        await host.Worker.StartAsync(Token);
        var task = await host.Tasks.StartAsync(host.ProjectId, host.PersonId, "/library", null, Token);
        await host.Extractor.Waiting.WaitAsync(TimeSpan.FromSeconds(30), Token);

        await host.Tasks.CancelAsync(host.PersonId, task.Id, Token);

        Assert.Equal(TaskState.Cancelled, (await host.WaitAsync(task.Id)).State);
        var begun = TimeProvider.System.GetTimestamp();
        var keeper = host.Get<LeaseKeeper>();
        while (keeper.Count > 0)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(begun) < TimeSpan.FromSeconds(5), "The document was not stopped in time.");
            await Task.Yield();
        }

        host.Extractor.Release();
        var second = await host.RunAsync();
        Assert.Equal((TaskState.Completed, 0), (second.State, second.Cancelled));
        Assert.Equal(5, (await host.DocumentsAsync()).Count(d => d.State == DocumentState.Indexed));
        await host.AssertCleanAsync();
    }

    [Fact]
    public async Task Projects_never_share_points_and_a_deleted_one_leaves_nothing()
    {
        await using var host = await PipelineHost.CreateAsync(postgres);
        Fill(host.Library);
        await host.Worker.StartAsync(Token);
        await host.RunAsync();
        var projects = host.Get<ProjectService>();
        var other = await projects.GetOrCreateAsync(host.PersonId, "other", Token);
        await host.RunAsync(other.Id);

        var mine = await host.PointsAsync();
        var theirs = await host.PointsAsync(other.Id);
        Assert.Equal(mine.Count, theirs.Count);
        Assert.Empty(mine.Keys.Intersect(theirs.Keys));

        await projects.DeleteAsync(host.PersonId, other.Id, Token);

        await host.AssertCleanAsync(other.Id);
        Assert.Empty(await host.PointsAsync(other.Id));
        Assert.False(Directory.Exists(Path.Combine(host.Data, "blobs", $"{other.Id}")));
        await Assert.ThrowsAsync<NotFoundException>(() => projects.GetAsync(host.PersonId, other.Id, Token));
        Assert.Equal(mine, await host.PointsAsync());
        await host.AssertCleanAsync();
    }

    [Fact]
    public async Task A_deleted_session_keeps_what_another_session_has()
    {
        await using var host = await PipelineHost.CreateAsync(postgres);
        Fill(host.Library);
        await host.Worker.StartAsync(Token);
        await host.RunAsync();
        host.Library.Remove("B");
        var second = await host.Tasks.StartAsync(host.ProjectId, host.PersonId, "/second", null, Token);
        await host.WaitAsync(second.Id);
        var sessions = await host.Tasks.ListSessionsAsync(host.PersonId, host.ProjectId, Token);

        await host.Get<ProjectService>().DeleteSessionAsync(host.PersonId, sessions[^1].Id, Token);

        Assert.DoesNotContain(await host.DocumentsAsync(), d => d.SourceKey.StartsWith("library/B", StringComparison.Ordinal));
        Assert.Contains(await host.DocumentsAsync(), d => d.SourceKey.StartsWith("library/A", StringComparison.Ordinal));
        await host.AssertCleanAsync();
    }

    [Fact]
    public async Task Two_workers_make_no_doubles()
    {
        await using var host = await PipelineHost.CreateAsync(postgres);
        for (var i = 0; i < 60; i++)
        {
            host.Library.Add($"I{i:00}", $"Title {i}").With("a.pdf", $"Text number {i} about rivers.\fAnd a second page {i}.");
        }

        await using var second = host.Second();
        await host.Worker.StartAsync(Token);
        await second.Worker.StartAsync(Token);

        var progress = await host.RunAsync();

        Assert.Equal((TaskState.Completed, 60), (progress.State, progress.Done));
        Assert.Equal(60, host.Extractor.Extracted.Count);
        await host.AssertCleanAsync();
    }

    private static async Task<(TaskState, int)> Outcome(Task<TaskProgress> run)
    {
        var progress = await run;
        return (progress.State, progress.Done);
    }

    private static void Fill(FakeLibrary library)
    {
        library.Add("A", "Rivers", "An abstract.").With("a.pdf", "A text about rivers.\fIts second page.");
        library.Add("B", "Roads").With("b.pdf", "A text about roads.");
        library.Add("C", "Closed", "What the closed file is about.").With("c.pdf", "CRYPT");
        library.Add("D", "Title alone");
    }
}
