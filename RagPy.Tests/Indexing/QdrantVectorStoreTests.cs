using System.Globalization;
using System.Numerics.Tensors;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using RagPy.Core.Indexing;
using RagPy.Core.Indexing.Remote;
using RagPy.Core.Pipeline;
using RagPy.Tests.Simulators;
using Xunit;

namespace RagPy.Tests.Indexing;

/// <summary>Qdrant, against a simulator whose every exchange is checked against the published document.</summary>
public sealed class QdrantVectorStoreTests(PostgresFixture postgres) : VectorStoreConformanceTests(postgres)
{
    private const string Key = "the-key-of-qdrant";

    private readonly QdrantSimulator _simulator = new() { Key = Key };
    private RemoteStoreHost _host = null!;

    protected override bool CountsEmpty => false;

    protected override bool IgnoresStale => false;

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _host.DisposeAsync();
        await _simulator.DisposeAsync();
        var exchanges = _simulator.Exchanges.Where(e => e.RequestHeaders["api-key"] == Key).ToList();
        Assert.Empty(ApiContract.Find("qdrant.openapi.json")?.Check(exchanges) ?? []);
    }

    [Fact]
    public void Every_exchange_of_these_tests_is_checked_against_the_published_document()
    {
        Assert.SkipWhen(ApiContract.Find("qdrant.openapi.json") is null, "Qdrant's OpenAPI document is not here.");
    }

    [Fact]
    public async Task The_collection_has_sparse_vectors_with_idf_and_its_payload_indexes_before_the_first_point()
    {
        await AddDocumentsAsync(5);

        var collection = await CollectionAsync();
        var creation = _simulator.Exchanges.Single(e => e.Method == "PUT" && e.Path.EndsWith("_1", StringComparison.Ordinal));
        Assert.Contains("\"sparse_vectors\":{\"terms\":{\"modifier\":\"idf\"}}", creation.RequestText, StringComparison.Ordinal);
        Assert.Equal(["document", "generation", "project"], collection.IndexedBeforePoints.Order());
        Assert.All(collection.Norms(), norm => Assert.Equal(1, norm, 1e-4));
    }

    [Fact]
    public async Task Points_go_in_batches_of_the_configured_size()
    {
        await Store.WriteAsync(ProjectId, IndexSeeds.Points(1, Guid.NewGuid(), Guid.NewGuid(), 150), Token);

        var sizes = _simulator.Exchanges.Where(IsUpsert).Select(e => e.RequestText.Split("\"payload\"").Length - 1).Order();
        Assert.Equal([22, 64, 64], sizes);
    }

    [Theory]
    [InlineData("cut")]
    [InlineData("cut afterwards")]
    [InlineData("truncated")]
    [InlineData("500")]
    [InlineData("429")]
    public async Task A_fault_that_passes_leaves_no_trace(string kind)
    {
        _simulator.Faults.Add(Fault.Named(kind), times: 1, when: r => IsUpsert(r.Method, r.Path));
        _simulator.Faults.Add(Fault.Named(kind), times: 1, when: r => r.Path.Value!.EndsWith("/query/batch", StringComparison.Ordinal));
        _simulator.Faults.Add(Fault.Named(kind), times: 1, when: r => r.Path.Value!.EndsWith("/count", StringComparison.Ordinal));

        await AddDocumentsAsync(9);
        foreach (var points in Current)
        {
            Assert.Equal(points.Count, await Store.CountAsync(ProjectId, points[0].DocumentId, points[0].Generation, Token));
        }

        await AssertExactAsync(null);
        Assert.Equal(Current.Sum(p => p.Count), (await CollectionAsync()).Count());
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
    public async Task Trouble_that_stays_is_told_as_a_failure_that_may_pass()
    {
        await AddDocumentsAsync(2);
        _simulator.Faults.Add(Fault.WithStatus(503), int.MaxValue);

        var exception = await Assert.ThrowsAsync<TransientFailureException>(() => AddDocumentsAsync(1));

        Assert.Equal(FailureCode.ProviderError, exception.Failure.Code);
        Assert.Contains("503", exception.Failure.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_key_is_told_at_once_and_never_shown()
    {
        await using var other = new RemoteStoreHost(
            Database,
            StoreKinds.Qdrant,
            Options(_simulator.Address) with
            {
                QdrantKey = "wrong-key",
            }
        );

        var exception = await Assert.ThrowsAsync<DocumentFailedException>(() =>
            other.Store.WriteAsync(ProjectId, IndexSeeds.Points(1, Guid.NewGuid(), Guid.NewGuid(), 1), Token)
        );

        Assert.Equal(FailureCode.ProviderAuth, exception.Failure.Code);
        Assert.Contains("QDRANT_API_KEY", exception.Failure.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong-key", exception.Failure.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_an_address_the_feature_says_what_to_set()
    {
        await using var other = new RemoteStoreHost(Database, StoreKinds.Qdrant, new RemoteStoreOptions());

        var exception = await Assert.ThrowsAsync<DocumentFailedException>(() =>
            other.Store.WriteAsync(ProjectId, IndexSeeds.Points(1, Guid.NewGuid(), Guid.NewGuid(), 1), Token)
        );

        Assert.Contains("QDRANT_URL", exception.Failure.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_write_that_was_interrupted_and_is_begun_again_leaves_exactly_its_points()
    {
        var points = IndexSeeds.Points(5, Guid.NewGuid(), Guid.NewGuid(), 500);
        using var interrupted = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var upserts = 0;
        _simulator.Faults.Add(
            Fault.Slow(TimeSpan.FromMilliseconds(50)),
            int.MaxValue,
            r =>
            {
                if (IsUpsert(r.Method, r.Path) && ++upserts == 4)
                {
                    interrupted.Cancel();
                }

                return true;
            }
        );
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.WriteAsync(ProjectId, points, interrupted.Token));
        _simulator.Faults.Clear();
        Assert.NotEqual(500, await Store.CountAsync(ProjectId, points[0].DocumentId, points[0].Generation, Token));

        await Store.WriteAsync(ProjectId, points, Token);

        Assert.Equal(500, await Store.CountAsync(ProjectId, points[0].DocumentId, points[0].Generation, Token));
        var found = (await ScanAsync()).OrderBy(p => p.Ordinal).ToList();
        Assert.Equal(points.Select(p => p.Id), found.Select(p => p.Id));
        Assert.All(points.Zip(found), pair => Assert.Equal(pair.First.Dense.ToArray(), pair.Second.Dense.ToArray()));
    }

    [Fact]
    public async Task Many_stale_points_before_the_current_ones_hide_none()
    {
        var (document, old, next) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());
        var vector = IndexSeeds.Points(1, document, old, 1)[0].Dense;
        List<IndexPoint> stale = [.. IndexSeeds.Points(2, document, old, 300).Select(p => p with { Dense = vector })];
        await Store.WriteAsync(ProjectId, stale, Token);
        var current = IndexSeeds.Points(3, document, next, 8);
        await Store.WriteAsync(ProjectId, current, Token);
        await IndexSeeds.SwitchAsync(Database.DataSource, ProjectId, document, next);

        var answer = await Store.QueryAsync(new StoreQuery(ProjectId, vector, null, 5, null), Token);

        var best = current.Select(p => TensorPrimitives.Dot(p.Dense.Span, vector.Span)).OrderDescending().Take(5);
        Assert.Equal(best, answer.Dense.Take(5).Select(h => h.Score), (one, other) => Math.Abs(one - other) < 1e-4);
        Assert.All(answer.Dense, hit => Assert.Equal(next, hit.Generation));
    }

    [Fact]
    public async Task A_collection_whose_texts_became_longer_is_made_anew_and_switched_by_its_alias()
    {
        var small = IndexSeeds.Points(1, Guid.NewGuid(), Guid.NewGuid(), 3);
        await Store.WriteAsync(ProjectId, small, Token);
        await IndexSeeds.SwitchAsync(Database.DataSource, ProjectId, small[0].DocumentId, small[0].Generation);
        var before = await FrozenLengthAsync();
        var points = IndexSeeds.Points(2, Guid.NewGuid(), Guid.NewGuid(), 1_050);
        points = [.. points.Select(p => p with { Sparse = IndexSeeds.Sparse(new Random(p.Ordinal), 60, 200) })];
        await Store.WriteAsync(ProjectId, points, Token);
        await IndexSeeds.SwitchAsync(Database.DataSource, ProjectId, points[0].DocumentId, points[0].Generation);
        await IndexSeeds.AddChunksAsync(Database.DataSource, ProjectId, [.. small, .. points]);

        await Store.MaintainAsync(ProjectId, Token);

        Assert.NotEqual(before, await FrozenLengthAsync());
        var (collections, aliases) = _simulator.Names();
        Assert.Equal(aliases.Single().Value, Assert.Single(collections));
        Assert.EndsWith("_2", aliases.Single().Value, StringComparison.Ordinal);
        Assert.Equal(small.Concat(points).Select(p => p.Id).Order(), (await ScanAsync()).Select(p => p.Id).Order());
        Assert.All(await ScanAsync(), p => Assert.Equal(p.Sparse.Length, p.Sparse.Counts.Sum()));
        await Store.MaintainAsync(ProjectId, Token);
        Assert.Equal(aliases, _simulator.Names().Aliases);
    }

    [Fact]
    public async Task A_removed_project_leaves_no_collection_and_no_alias()
    {
        await AddDocumentsAsync(3);

        await Store.RemoveProjectAsync(ProjectId, Token);

        var (collections, aliases) = _simulator.Names();
        Assert.Empty(collections);
        Assert.Empty(aliases);
    }

    [Fact]
    public async Task A_server_behind_TLS_is_spoken_to_by_https()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        await using var simulator = new QdrantSimulator { Key = Key, Certificate = certificate };
        await simulator.StartAsync();
        await using var trusting = new RemoteStoreHost(Database, StoreKinds.Qdrant, Options(simulator.Address), insecure: true);
        await using var strict = new RemoteStoreHost(Database, StoreKinds.Qdrant, Options(simulator.Address));
        var points = IndexSeeds.Points(1, Guid.NewGuid(), Guid.NewGuid(), 2);

        await Assert.ThrowsAsync<TransientFailureException>(() => strict.Store.WriteAsync(ProjectId, points, Token));
        await trusting.Store.WriteAsync(ProjectId, points, Token);

        Assert.Equal(2, await trusting.Store.CountAsync(ProjectId, points[0].DocumentId, points[0].Generation, Token));
    }

    protected override async Task<IVectorStore> CreateStoreAsync()
    {
        await _simulator.StartAsync();
        _host = new RemoteStoreHost(Database, StoreKinds.Qdrant, Options(_simulator.Address));
        return _host.Store;
    }

    protected override async Task<double?> FrozenLengthAsync() =>
        _simulator.Names().Aliases.Count == 0 ? null : ((double)(await CollectionAsync()).Metadata["average_length"]!);

    private static RemoteStoreOptions Options(Uri address) =>
        new()
        {
            QdrantUrl = address,
            QdrantKey = Key,
            QdrantBatchSize = 64,
        };

    private async Task<QdrantSimulatedCollection> CollectionAsync()
    {
        await using var command = Database.DataSource.CreateCommand(
            string.Create(CultureInfo.InvariantCulture, $"SELECT name FROM project_stores WHERE project_id = {ProjectId}")
        );
        return _simulator.Find((string)(await command.ExecuteScalarAsync(Token))!)!;
    }

    private static bool IsUpsert(Exchange exchange) => IsUpsert(exchange.Method, exchange.Path);

    private static bool IsUpsert(string method, string? path) => method == "PUT" && path!.EndsWith("/points", StringComparison.Ordinal);
}
