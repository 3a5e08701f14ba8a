using RagPy.Core.Pipeline;
using RagPy.Core.Projects;
using RagPy.Core.Storage;
using RagPy.Tests.Simulators;
using RagPy.Tests.Storage;
using Xunit;

namespace RagPy.Tests.Pipeline;

/// <summary>The pipeline with its files in an object storage.</summary>
public sealed class ObjectStorageTests(PostgresFixture postgres) : IAsyncLifetime
{
    private readonly S3Simulator _files = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await _files.StartAsync();

    public ValueTask DisposeAsync() => _files.DisposeAsync();

    [Fact]
    public async Task A_library_comes_in_and_leaves_nothing_when_deleted()
    {
        await using var host = await CreateAsync();
        await host.Worker.StartAsync(Token);

        var end = await host.RunAsync();

        Assert.Equal((TaskState.Completed, 6, 0), (end.State, end.Done, end.Failed));
        Assert.Equal(6, _files.Objects.Count);
        await host.AssertCleanAsync();
        var again = await host.RunAsync();
        Assert.Equal((TaskState.Completed, 6), (again.State, again.Unchanged));
        Assert.Equal(6, _files.Exchanges.Count(e => e.Method == "PUT"));
        await host.Get<ProjectService>().DeleteAsync(host.PersonId, host.ProjectId, Token);
        Assert.Empty(_files.Objects);
        await host.AssertCleanAsync();
    }

    [Fact]
    public async Task A_storage_that_fails_now_and_then_costs_no_document()
    {
        await using var host = await CreateAsync();
        _files.Faults.AddShare(Fault.WithStatus(503), 0.1, seed: 3);
        _files.Faults.AddShare(Fault.CutInside, 0.1, seed: 4, request => request.Method == "GET");
        await host.Worker.StartAsync(Token);

        var end = await host.RunAsync();

        Assert.Equal((TaskState.Completed, 6, 0), (end.State, end.Done, end.Failed));
        await host.AssertCleanAsync();
    }

    [Fact]
    public async Task A_document_whose_file_cannot_be_had_says_why_and_the_next_run_brings_it_in()
    {
        await using var host = await CreateAsync();
        // What the reader of the source has stored is on this host; it is asked whether it is still in the storage.
        _files.Faults.Add(Fault.WithStatus(403), int.MaxValue, request => request.Method == "HEAD" && _files.Objects.Count == 6);
        await host.Worker.StartAsync(Token);
        var failed = await host.RunAsync();
        _files.Faults.Clear();

        Assert.Equal((TaskState.Completed, 6), (failed.State, failed.Failed));
        foreach (var document in (await host.DocumentsAsync()).Where(d => d.Kind == DocumentKind.File))
        {
            Assert.Equal(FailureCode.ProviderAuth, document.FailureCode);
            Assert.Contains("RAGPY_S3_ACCESS_KEY", document.FailureReason, StringComparison.Ordinal);
        }

        var end = await host.RunAsync();

        Assert.Equal((TaskState.Completed, 0), (end.State, end.Failed));
        Assert.All((await host.DocumentsAsync()).Where(d => d.Kind == DocumentKind.File), document => Assert.NotNull(document.Generation));
        await host.AssertCleanAsync();
    }

    [Fact]
    public async Task A_deletion_while_the_storage_is_away_is_finished_by_the_sweep()
    {
        await using var host = await CreateAsync();
        await host.Worker.StartAsync(Token);
        await host.RunAsync();
        await host.Worker.StopAsync(Token);
        var document = (await host.DocumentsAsync())[0];
        _files.Faults.Add(Fault.WithStatus(403), int.MaxValue);

        await host.Get<DeletionService>().DeleteDocumentAsync(host.ProjectId, document.Id, Token);
        _files.Faults.Clear();
        Assert.Equal(6, _files.Objects.Count);
        await host.Get<BlobSweep>().SweepAsync(Token);

        Assert.Equal(5, _files.Objects.Count);
        await host.AssertCleanAsync();
    }

    [Fact]
    public async Task Files_are_copied_from_the_folder_and_back_and_only_once()
    {
        await using var host = await CreateAsync();
        await host.Worker.StartAsync(Token);
        await host.RunAsync();
        var stores = host.Get<BlobStores>();
        var copier = host.Get<BlobCopier>();

        var first = await copier.CopyAsync(stores.S3!, stores.Folder, progress: null, Token);
        var second = await copier.CopyAsync(stores.S3!, stores.Folder, progress: null, Token);
        var damaged = Directory.EnumerateFiles(Path.Combine(host.Data, "blobs"), "*", SearchOption.AllDirectories).Order().First();
        await File.AppendAllTextAsync(damaged, "!", Token);
        _files.Objects.Clear();
        var back = await copier.CopyAsync(stores.Folder, stores.S3!, progress: null, Token);

        Assert.Equal((6, 0), (first.Copied, first.Present));
        Assert.Equal((0, 6), (second.Copied, second.Present));
        Assert.Equal((5, 0), (back.Copied, back.Present));
        Assert.EndsWith(Path.GetFileName(damaged), Assert.Single(back.Damaged), StringComparison.Ordinal);
        Assert.Equal(5, _files.Objects.Count);
    }

    private async Task<PipelineHost> CreateAsync()
    {
        var host = await PipelineHost.CreateAsync(postgres, options => options.S3 = S3Stores.OptionsOf(_files));
        for (var i = 0; i < 6; i++)
        {
            host.Library.Add($"K{i}", $"Title {i}").With($"{i}.pdf", $"The text of file {i}.\fIts second page.");
        }

        return host;
    }
}
