using System.Text.Json.Nodes;
using RagPy.Core.Indexing;
using RagPy.Core.Indexing.Remote;
using RagPy.Core.Pipeline;
using RagPy.Core.Providers;
using RagPy.Tests.Simulators;
using Xunit;

namespace RagPy.Tests.Indexing;

/// <summary>Weaviate, against a simulator whose every exchange is checked against the published document.</summary>
public sealed class WeaviateVectorStoreTests(PostgresFixture postgres) : VectorStoreConformanceTests(postgres)
{
    private const string Key = "the-key-of-weaviate";
    private const string Document = "weaviate-subset.swagger.json";

    private readonly WeaviateSimulator _simulator = new() { Key = Key, MaximumResults = 1_500 };
    private RemoteStoreHost _host = null!;

    protected override bool IgnoresStale => false;

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _host.DisposeAsync();
        await _simulator.DisposeAsync();
        Assert.Empty(ApiContract.Find(Document, "/v1")?.Check(_simulator.Exchanges) ?? []);
    }

    [Fact]
    public void Every_exchange_of_these_tests_is_checked_against_the_published_document()
    {
        Assert.SkipWhen(ApiContract.Find(Document, "/v1") is null, "Weaviate's Swagger document is not here.");
    }

    [Fact]
    public async Task The_class_has_tenants_a_vector_of_ours_and_BM25_over_our_terms()
    {
        await AddDocumentsAsync(3);

        var definition = _simulator.FindClass("RagPy")!;
        Assert.True((bool)definition["multiTenancyConfig"]!["enabled"]!);
        var vector = Assert.Single(definition["vectorConfig"]!.AsObject());
        Assert.Equal("dense_24", vector.Key);
        Assert.NotNull(vector.Value!["vectorizer"]!["none"]);
        Assert.Equal("cosine", (string?)vector.Value["vectorIndexConfig"]!["distance"]);
        Assert.Equal(
            (1.2, 0.75),
            ((double)definition["invertedIndexConfig"]!["bm25"]!["k1"]!, (double)definition["invertedIndexConfig"]!["bm25"]!["b"]!)
        );
        var terms = definition["properties"]!.AsArray().Single(p => (string?)p!["name"] == "terms")!;
        Assert.Equal(("whitespace", true), ((string?)terms["tokenization"], (bool)terms["indexSearchable"]!));
    }

    [Fact]
    public async Task Projects_share_the_class_and_each_has_a_tenant()
    {
        var other = await IndexSeeds.AddProjectAsync(Database.DataSource);
        await AddDocumentsAsync(3);
        await Store.WriteAsync(other, IndexSeeds.Points(1, Guid.NewGuid(), Guid.NewGuid(), 4, dimension: 60), Token);

        Assert.Equal(2, _simulator.Tenants().Count);
        Assert.All(_simulator.Tenants().Keys, name => Assert.StartsWith("ragpy-", name, StringComparison.Ordinal));
        Assert.Equal(["dense_24", "dense_60"], _simulator.FindClass("RagPy")!["vectorConfig"]!.AsObject().Select(v => v.Key).Order());

        await Store.RemoveProjectAsync(ProjectId, Token);

        Assert.Equal([4], _simulator.Tenants().Values);
        await Store.RemoveProjectAsync(other, Token);
        Assert.Empty(_simulator.Tenants());
        Assert.NotNull(_simulator.FindClass("RagPy"));
    }

    [Fact]
    public async Task Points_go_in_batches_of_the_configured_size()
    {
        await Store.WriteAsync(ProjectId, IndexSeeds.Points(1, Guid.NewGuid(), Guid.NewGuid(), 150), Token);

        var sizes = _simulator.Exchanges.Where(IsBatch).Select(e => e.RequestText.Split("\"properties\"").Length - 1).Order();
        Assert.Equal([22, 64, 64], sizes);
    }

    [Fact]
    public async Task Objects_that_failed_are_sent_again_and_only_they()
    {
        var points = IndexSeeds.Points(1, Guid.NewGuid(), Guid.NewGuid(), 20);
        _simulator.Faults.Add(Fault.InItems(3, 7, 19), when: r => IsBatch(r.Method, r.Path));
        _simulator.Faults.Add(Fault.InItems(1), when: r => IsBatch(r.Method, r.Path));

        await Store.WriteAsync(ProjectId, points, Token);

        var batches = _simulator
            .Exchanges.Where(IsBatch)
            .Select(e => points.Where(p => e.RequestText.Contains(p.Id.ToString(), StringComparison.Ordinal)));
        Assert.Equal([20, 3, 1], batches.Select(b => b.Count()));
        Assert.Equal(20, await Store.CountAsync(ProjectId, points[0].DocumentId, points[0].Generation, Token));
        Assert.Equal(points.Select(p => p.Id).Order(), (await ScanAsync()).Select(p => p.Id).Order());
    }

    [Fact]
    public async Task An_object_that_will_never_be_taken_fails_the_write_with_the_reason()
    {
        _simulator.ItemReason = "invalid object: terms is too long";
        _simulator.Faults.Add(Fault.InItems(2), int.MaxValue, r => IsBatch(r.Method, r.Path));

        var exception = await Assert.ThrowsAsync<ProviderRefusedException>(() =>
            Store.WriteAsync(ProjectId, IndexSeeds.Points(1, Guid.NewGuid(), Guid.NewGuid(), 5), Token)
        );

        Assert.Contains("terms is too long", exception.Failure.Reason, StringComparison.Ordinal);
        Assert.Single(_simulator.Exchanges, IsBatch);
    }

    [Fact]
    public async Task Objects_that_fail_again_and_again_are_told_as_a_failure_that_may_pass()
    {
        _simulator.Faults.Add(Fault.InItems(0), int.MaxValue, r => IsBatch(r.Method, r.Path));

        var exception = await Assert.ThrowsAsync<TransientFailureException>(() =>
            Store.WriteAsync(ProjectId, IndexSeeds.Points(1, Guid.NewGuid(), Guid.NewGuid(), 5), Token)
        );

        Assert.Contains("timeout", exception.Failure.Reason, StringComparison.Ordinal);
        Assert.Equal(4, _simulator.Exchanges.Count(IsBatch));
    }

    [Fact]
    public async Task More_stale_points_than_one_removal_takes_are_all_removed()
    {
        var (document, old, next) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());
        await Store.WriteAsync(ProjectId, IndexSeeds.Points(1, document, old, 3_100), Token);
        await Store.WriteAsync(ProjectId, IndexSeeds.Points(2, document, next, 5), Token);
        await IndexSeeds.SwitchAsync(Database.DataSource, ProjectId, document, next);

        await Store.RemoveStaleAsync(ProjectId, [document], Token);

        Assert.Equal(0, await Store.CountAsync(ProjectId, document, old, Token));
        Assert.Equal(5, await Store.CountAsync(ProjectId, document, next, Token));
        Assert.Equal(3, _simulator.Exchanges.Count(e => e is { Method: "DELETE", Path: "/v1/batch/objects" }));
    }

    [Fact]
    public async Task Names_and_points_come_in_pages()
    {
        var points = IndexSeeds.Points(1, Guid.NewGuid(), Guid.NewGuid(), 1_250);
        await Store.WriteAsync(ProjectId, points, Token);

        var names = new List<Guid>();
        await foreach (var name in Store.ListAsync(ProjectId, Token))
        {
            names.Add(name.Id);
        }

        Assert.Equal(points.Select(p => p.Id).Order(), names.Order());
        Assert.Equal(points.Select(p => p.Id).Order(), (await ScanAsync()).Select(p => p.Id).Order());
    }

    [Fact]
    public async Task A_class_without_tenants_is_refused_with_what_to_do()
    {
        _simulator.AddClass(
            new JsonObject
            {
                ["class"] = "RagPy",
                ["multiTenancyConfig"] = new JsonObject { ["enabled"] = false },
            }
        );

        var exception = await Assert.ThrowsAsync<DocumentFailedException>(() => AddDocumentsAsync(1));

        Assert.Contains("without multi-tenancy", exception.Failure.Reason, StringComparison.Ordinal);
        Assert.Contains("delete that class", exception.Failure.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_class_of_somebody_else_is_refused_with_what_to_do()
    {
        _simulator.AddClass(
            new JsonObject
            {
                ["class"] = "RagPy",
                ["multiTenancyConfig"] = new JsonObject { ["enabled"] = true },
                ["properties"] = new JsonArray(new JsonObject { ["name"] = "text", ["dataType"] = new JsonArray("text") }),
            }
        );

        var exception = await Assert.ThrowsAsync<DocumentFailedException>(() => AddDocumentsAsync(1));

        Assert.Contains("delete that class", exception.Failure.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cut")]
    [InlineData("cut afterwards")]
    [InlineData("truncated")]
    [InlineData("500")]
    [InlineData("429")]
    public async Task A_fault_that_passes_leaves_no_trace(string kind)
    {
        _simulator.Faults.Add(Fault.Named(kind), times: 1, when: r => IsBatch(r.Method, r.Path));
        _simulator.Faults.Add(Fault.Named(kind), times: 1, when: r => r.Path == "/v1/schema/RagPy/tenants");
        _simulator.Faults.Add(Fault.Named(kind), times: 1, when: r => r.Path == "/v1/graphql");
        _simulator.Faults.Add(Fault.Named(kind), times: 1, when: r => r.Method == "DELETE");

        await AddDocumentsAsync(9);
        foreach (var points in Current)
        {
            Assert.Equal(points.Count, await Store.CountAsync(ProjectId, points[0].DocumentId, points[0].Generation, Token));
        }

        await AssertExactAsync(null);
        Assert.Equal([Current.Sum(p => p.Count)], _simulator.Tenants().Values);
    }

    [Fact]
    public async Task A_long_Retry_After_is_handed_on_instead_of_waited_for()
    {
        _simulator.Faults.Add(Fault.TooManyRequests(TimeSpan.FromSeconds(90)), int.MaxValue);

        var exception = await Assert.ThrowsAsync<TransientFailureException>(() => AddDocumentsAsync(1));

        Assert.Equal(TimeSpan.FromSeconds(90), exception.RetryAfter);
        Assert.Equal(FailureCode.ProviderQuota, exception.Failure.Code);
    }

    [Fact]
    public async Task A_query_that_is_not_answered_is_told_as_a_failure_that_may_pass()
    {
        await AddDocumentsAsync(2);
        var query = new StoreQuery(ProjectId, Current.First()[0].Dense, null, Top: 5_000, null);

        var exception = await Assert.ThrowsAsync<TransientFailureException>(() => Store.QueryAsync(query, Token));

        Assert.Contains("query maximum results exceeded", exception.Failure.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_key_is_told_at_once_and_never_shown()
    {
        await using var other = Host(new RemoteStoreOptions { WeaviateUrl = _simulator.Address, WeaviateKey = "wrong-key" });

        var exception = await Assert.ThrowsAsync<DocumentFailedException>(() =>
            other.Store.WriteAsync(ProjectId, IndexSeeds.Points(1, Guid.NewGuid(), Guid.NewGuid(), 1), Token)
        );

        Assert.Equal(FailureCode.ProviderAuth, exception.Failure.Code);
        Assert.Contains("WEAVIATE_API_KEY", exception.Failure.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong-key", exception.Failure.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_an_address_the_feature_says_what_to_set()
    {
        await using var other = Host(new RemoteStoreOptions());

        var exception = await Assert.ThrowsAsync<DocumentFailedException>(() =>
            other.Store.WriteAsync(ProjectId, IndexSeeds.Points(1, Guid.NewGuid(), Guid.NewGuid(), 1), Token)
        );

        Assert.Contains("WEAVIATE_URL", exception.Failure.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tenant_that_is_gone_is_empty_and_made_anew_by_the_next_write()
    {
        await AddDocumentsAsync(2);
        var points = IndexSeeds.Points(7, Guid.NewGuid(), Guid.NewGuid(), 3);
        await Store.WriteAsync(ProjectId, points, Token);
        using (var client = new HttpClient { BaseAddress = _simulator.Address })
        {
            client.DefaultRequestHeaders.Authorization = new("Bearer", Key);
            using var request = new HttpRequestMessage(HttpMethod.Delete, "v1/schema/RagPy/tenants")
            {
                Content = new StringContent(new JsonArray(_simulator.Tenants().Keys.Single()).ToJsonString(), null, "application/json"),
            };
            (await client.SendAsync(request, Token)).EnsureSuccessStatusCode();
        }

        Assert.Equal(0, await Store.CountAsync(ProjectId, points[0].DocumentId, points[0].Generation, Token));
        Assert.Empty((await Store.QueryAsync(new StoreQuery(ProjectId, points[0].Dense, points[0].Sparse, 5, null), Token)).Dense);
        await Store.RemoveStaleAsync(ProjectId, [points[0].DocumentId], Token);
        await Store.WriteAsync(ProjectId, points, Token);

        Assert.Equal(3, await Store.CountAsync(ProjectId, points[0].DocumentId, points[0].Generation, Token));
    }

    [Fact]
    public async Task A_process_that_only_searches_looks_at_the_class_once()
    {
        await AddDocumentsAsync(2);
        await using var other = Host(new RemoteStoreOptions { WeaviateUrl = _simulator.Address, WeaviateKey = Key });
        var before = _simulator.Exchanges.Count;

        for (var i = 0; i < 3; i++)
        {
            Assert.NotEmpty(
                (await other.Store.QueryAsync(new StoreQuery(ProjectId, Current.First()[0].Dense, null, 5, null), Token)).Dense
            );
        }

        Assert.Equal(
            ["/v1/schema/RagPy", "/v1/graphql", "/v1/graphql", "/v1/graphql"],
            _simulator.Exchanges.Skip(before).Select(e => e.Path)
        );
    }

    [Fact]
    public async Task Many_stale_points_before_the_current_ones_hide_none()
    {
        var (document, old, next) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());
        var vector = IndexSeeds.Points(1, document, old, 1)[0].Dense;
        List<IndexPoint> Generation(Guid generation, int count) =>
            [.. IndexSeeds.Points(2, document, generation, count).Select(p => p with { Dense = vector })];
        await Store.WriteAsync(ProjectId, Generation(old, 300), Token);
        await Store.WriteAsync(ProjectId, Generation(next, 8), Token);
        await IndexSeeds.SwitchAsync(Database.DataSource, ProjectId, document, next);

        var answer = await Store.QueryAsync(new StoreQuery(ProjectId, vector, null, 5, null), Token);

        Assert.Equal(5, answer.Dense.Count);
        Assert.All(answer.Dense, hit => Assert.Equal(next, hit.Generation));
    }

    protected override async Task<IVectorStore> CreateStoreAsync()
    {
        await _simulator.StartAsync();
        _host = Host(
            new RemoteStoreOptions
            {
                WeaviateUrl = _simulator.Address,
                WeaviateKey = Key,
                WeaviateBatchSize = 64,
            }
        );
        return _host.Store;
    }

    private RemoteStoreHost Host(RemoteStoreOptions options) => new(Database, StoreKinds.Weaviate, options);

    private static bool IsBatch(Exchange exchange) => IsBatch(exchange.Method, exchange.Path);

    private static bool IsBatch(string method, string? path) => method == "POST" && path == "/v1/batch/objects";
}
