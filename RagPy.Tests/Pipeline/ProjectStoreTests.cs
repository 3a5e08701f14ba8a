using RagPy.Core.Indexing;
using RagPy.Core.Indexing.Remote;
using RagPy.Core.Pipeline;
using RagPy.Core.Projects;
using RagPy.Core.Search;
using RagPy.Core.Storage;
using RagPy.Tests.Indexing;
using RagPy.Tests.Simulators;
using Xunit;

namespace RagPy.Tests.Pipeline;

/// <summary>The store of a project: chosen when it is made, changed later, emptied when it goes.</summary>
public sealed class ProjectStoreTests(PostgresFixture postgres, PgLiteServer pgLite) : IAsyncDisposable, IClassFixture<PgLiteServer>
{
    private readonly QdrantSimulator _qdrant = new();
    private readonly WeaviateSimulator _weaviate = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _qdrant.DisposeAsync();
        await _weaviate.DisposeAsync();
    }

    [Theory]
    [InlineData(StoreKinds.Qdrant)]
    [InlineData(StoreKinds.Weaviate)]
    public async Task A_project_is_indexed_into_the_default_store_and_leaves_nothing_there_when_deleted(string store)
    {
        await using var host = await CreateAsync(store);
        await host.Worker.StartAsync(Token);

        var end = await host.RunAsync();

        Assert.Equal((TaskState.Completed, 2, 0), (end.State, end.Done, end.Failed));
        Assert.NotEmpty(await host.PointsAsync());
        await host.AssertCleanAsync();
        await host.Get<DeletionService>().DeleteProjectAsync(host.ProjectId, Token);
        Assert.Empty(_qdrant.Names().Collections);
        Assert.Empty(_weaviate.Tenants());
    }

    [Theory]
    [InlineData(StoreKinds.Qdrant)]
    [InlineData(StoreKinds.Weaviate)]
    public async Task A_move_keeps_every_point_and_empties_the_old_store_later(string store)
    {
        await using var host = await CreateAsync(StoreKinds.Embedded);
        await host.Worker.StartAsync(Token);
        await host.RunAsync();
        await host.Worker.StopAsync(Token);
        var before = await host.PointsAsync();

        await host.Get<StoreChoice>().ChangeAsync(host.PersonId, host.ProjectId, store, Token);
        Assert.Equal((StoreKinds.Embedded, store), await StoresAsync(host));
        Assert.Equal(before, await host.PointsAsync());
        await host.Get<StoreMover>().SweepAsync(Token);

        Assert.Equal((store, null), await StoresAsync(host));
        Assert.Equal(before, await host.PointsAsync());
        await AgeAsync(host);
        await host.Get<StoreMover>().SweepAsync(Token);
        await host.AssertCleanAsync();
    }

    [Fact]
    public async Task A_move_to_pgvector_and_back_keeps_every_point_and_the_old_store_serves_until_it_is_done()
    {
        await using var host = await CreateAsync(StoreKinds.Embedded);
        await host.Worker.StartAsync(Token);
        await host.RunAsync();
        await host.Worker.StopAsync(Token);
        var before = await host.PointsAsync();

        foreach (
            var (from, to) in (IEnumerable<(string, string)>)
                [(StoreKinds.Embedded, StoreKinds.PgVector), (StoreKinds.PgVector, StoreKinds.Embedded)]
        )
        {
            await host.Get<StoreChoice>().ChangeAsync(host.PersonId, host.ProjectId, to, Token);
            Assert.Equal((from, to), await StoresAsync(host));
            await AssertFoundAsync(host);
            await host.Get<StoreMover>().SweepAsync(Token);

            Assert.Equal((to, null), await StoresAsync(host));
            await AssertFoundAsync(host);
            Assert.Equal(before, await host.PointsAsync());
            await AgeAsync(host);
            await host.Get<StoreMover>().SweepAsync(Token);
            await host.AssertCleanAsync();
        }
    }

    [Fact]
    public async Task A_move_that_cannot_go_on_says_why_and_the_old_store_serves()
    {
        await using var host = await CreateAsync(StoreKinds.Embedded);
        await host.Worker.StartAsync(Token);
        await host.RunAsync();
        await host.Worker.StopAsync(Token);
        var before = await host.PointsAsync();
        _qdrant.Faults.Add(Fault.WithStatus(403), int.MaxValue);
        await host.Get<StoreChoice>().ChangeAsync(host.PersonId, host.ProjectId, StoreKinds.Qdrant, Token);

        await host.Get<StoreMover>().SweepAsync(Token);

        var project = await host.Get<ProjectService>().GetSummaryAsync(host.PersonId, host.ProjectId, Token);
        Assert.Equal((StoreKinds.Embedded, StoreKinds.Qdrant), (project.Store, project.TargetStore));
        Assert.Contains("403", project.StoreProblem, StringComparison.Ordinal);
        Assert.Equal(before, await host.PointsAsync());

        _qdrant.Faults.Clear();
        await host.Get<StoreMover>().SweepAsync(Token);
        Assert.Equal((StoreKinds.Qdrant, null), await StoresAsync(host));
        Assert.Equal(before, await host.PointsAsync());
    }

    [Fact]
    public async Task A_deletion_that_the_store_cannot_follow_yet_is_finished_later()
    {
        await using var host = await CreateAsync(StoreKinds.Qdrant);
        await host.Worker.StartAsync(Token);
        await host.RunAsync();
        await host.Worker.StopAsync(Token);
        _qdrant.Faults.Add(Fault.WithStatus(403), int.MaxValue);

        await host.Get<DeletionService>().DeleteProjectAsync(host.ProjectId, Token);
        Assert.NotEmpty(_qdrant.Names().Collections);
        _qdrant.Faults.Clear();
        await host.Get<DeletionService>().FinishProjectsAsync(Token);

        Assert.Empty(_qdrant.Names().Collections);
    }

    [Fact]
    public async Task A_store_that_is_not_configured_is_refused_in_words()
    {
        await using var host = await PipelineHost.CreateAsync(postgres);

        var exception = await Assert.ThrowsAsync<StoreNotUsableException>(() =>
            host.Get<StoreChoice>().ChangeAsync(host.PersonId, host.ProjectId, StoreKinds.Qdrant, Token)
        );
        Assert.Contains("QDRANT_URL", exception.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<StoreNotUsableException>(() =>
            host.Get<ProjectService>().CreateAsync(host.PersonId, "other", "", "cupboard", Token)
        );
    }

    private async Task<PipelineHost> CreateAsync(string store)
    {
        await _qdrant.StartAsync();
        await _weaviate.StartAsync();
        var host = await PipelineHost.CreateAsync(
            postgres,
            options =>
                options.Stores = new RemoteStoreOptions
                {
                    Default = store,
                    QdrantUrl = _qdrant.Address,
                    WeaviateUrl = _weaviate.Address,
                    PgVectorConnection = pgLite.ConnectionString,
                }
        );
        host.Library.Add("A", "Rivers").With("a.pdf", "A text about rivers and their banks.");
        host.Library.Add("B", "Canals").With("b.pdf", "Another text about canals and locks.");
        return host;
    }

    private static async Task AssertFoundAsync(PipelineHost host)
    {
        var request = new SearchRequest { Query = "canals and locks", Mode = SearchMode.Sparse };
        var answer = await host.Get<SearchService>().SearchAsync(host.ProjectId, request, Token);
        Assert.Contains("canals", answer.Hits[0].Passage, StringComparison.Ordinal);
    }

    private static async Task<(string, string?)> StoresAsync(PipelineHost host)
    {
        var project = await host.Get<ProjectService>().GetSummaryAsync(host.PersonId, host.ProjectId, Token);
        return (project.Store, project.TargetStore);
    }

    /// <summary>As if the searches that began before the switch had long ended.</summary>
    private static async Task AgeAsync(PipelineHost host)
    {
        await using var command = host.Database.DataSource.CreateCommand(
            "UPDATE project_stores SET retired_at = now() - interval '1 hour' WHERE retired_at IS NOT NULL"
        );
        await command.ExecuteNonQueryAsync(Token);
    }
}
