using System.Text.Json;
using RagPy.Core.Embedding;
using RagPy.Core.Indexing;
using RagPy.Core.Pipeline;
using RagPy.Tests.Simulators;
using Xunit;

namespace RagPy.Tests.Indexing;

/// <summary>Points in Pinecone: how they are written, found and removed, within its limits and through its faults.</summary>
public sealed class PineconeVectorStoreTests(PostgresFixture postgres) : VectorStoreConformanceTests(postgres)
{
    private readonly PineconeSetup _pinecone = new();
    private RemoteStoreHost _host = null!;

    protected override bool NeedsChunks => true;

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _host.DisposeAsync();
        await _pinecone.DisposeAsync();
    }

    [Fact]
    public void Every_exchange_of_these_tests_is_checked_against_the_published_documents()
    {
        Assert.SkipUnless(PineconeSetup.HasDocuments, "Pinecone's OpenAPI documents are not here.");
    }

    [Fact]
    public async Task A_namespace_of_each_project_holds_dense_and_sparse_values_and_metadata_without_nulls()
    {
        await AddDocumentsAsync(5);

        var (name, vectors) = Assert.Single(_pinecone.Simulator.Indexes["library-24"].Contents());
        Assert.StartsWith($"ragpy-{ProjectId}-", name, StringComparison.Ordinal);
        Assert.Equal(Current.Sum(p => p.Count), vectors.Count);
        Assert.All(vectors, v => Assert.Equal(ProjectId, (long)v.Metadata["project"]!));
        Assert.All(vectors, v => Assert.Equal(1, v.Values.Sum(x => (double)x * x), 1e-4));
        Assert.Contains(vectors, v => v.Sparse.Count > 0);
    }

    [Fact]
    public async Task A_request_ends_at_the_batch_size_or_at_two_megabytes()
    {
        var short_ = IndexSeeds.Points(1, Guid.NewGuid(), Guid.NewGuid(), 150);
        var random = new Random(5);
        var vector = Enumerable.Range(0, 3072).Select(_ => random.NextSingle() - 0.5f).ToArray();
        var norm = MathF.Sqrt(vector.Sum(x => x * x));
        var long_ = IndexSeeds
            .Points(2, Guid.NewGuid(), Guid.NewGuid(), 130)
            .Select(p => p with { Dense = Array.ConvertAll(vector, x => x / norm) })
            .ToList();

        await Store.WriteAsync(ProjectId, short_, Token);
        await Store.WriteAsync(ProjectId, long_, Token);

        Assert.Equal([22, 64, 64], Upserts().Where(u => u.Values == 24).Select(u => u.Points).Order());
        var large = Upserts().Where(u => u.Values == 3072).ToList();
        Assert.Equal(130, large.Sum(u => u.Points));
        Assert.All(large, u => Assert.InRange(u.Bytes, 1, 2_000_000));
        Assert.InRange(large.Count, 3, 4);
    }

    [Fact]
    public async Task A_chunk_of_more_terms_than_are_taken_keeps_its_heaviest()
    {
        var terms = Enumerable.Range(0, 1_400).Select(i => (uint)(i + 1)).ToArray();
        var counts = terms.Select(t => t > 1_390 ? 5 : 1).ToArray();
        var point = PineconeSetup.OnePoint()[0] with { Sparse = new SparseVector(terms, counts, counts.Sum()) };

        await Store.WriteAsync(ProjectId, [point], Token);

        var stored = _pinecone.Simulator.Indexes["library-24"].Contents().Values.Single().Single().Sparse;
        Assert.Equal(1_000, stored.Count);
        Assert.Equal(10, stored.Keys.Count(t => t > 1_390));
    }

    [Fact]
    public async Task A_point_without_terms_is_sent_without_sparse_values()
    {
        var point = PineconeSetup.OnePoint()[0] with { Sparse = new SparseVector([], [], 0) };

        await Store.WriteAsync(ProjectId, [point], Token);

        Assert.DoesNotContain(
            "sparseValues",
            Assert.Single(_pinecone.Simulator.DataExchanges, IsUpsert).RequestText,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_point_without_a_dense_vector_is_refused_before_anything_is_sent()
    {
        var point = PineconeSetup.OnePoint()[0] with { Dense = ReadOnlyMemory<float>.Empty };

        await Assert.ThrowsAsync<ArgumentException>(() => Store.WriteAsync(ProjectId, [point], Token));

        Assert.Empty(_pinecone.Simulator.Exchanges);
    }

    [Fact]
    public async Task What_was_written_shows_when_the_write_returns_however_late_the_store_is()
    {
        _pinecone.Simulator.Lag = 10;
        var points = IndexSeeds.Points(3, Guid.NewGuid(), Guid.NewGuid(), 240);

        await Store.WriteAsync(ProjectId, points, Token);

        _pinecone.Simulator.Lag = int.MaxValue / 2;
        Assert.Equal(240, await Store.CountAsync(ProjectId, points[0].DocumentId, points[0].Generation, Token));
        await IndexSeeds.SwitchAsync(Database.DataSource, ProjectId, points[0].DocumentId, points[0].Generation);
        var answer = await Store.QueryAsync(new StoreQuery(ProjectId, points[7].Dense, null, 1_000, null), Token);
        Assert.Equal(240, answer.Dense.Count);
    }

    [Fact]
    public async Task What_was_removed_shows_no_more_when_the_removal_returns()
    {
        await AddDocumentsAsync(2);
        var stale = IndexSeeds.Points(3, Current.First()[0].DocumentId, Guid.NewGuid(), 5);
        await Store.WriteAsync(ProjectId, stale, Token);
        _pinecone.Simulator.Lag = 10;

        await Store.RemoveStaleAsync(ProjectId, [stale[0].DocumentId], Token);

        Assert.Equal(0, await Store.CountAsync(ProjectId, stale[0].DocumentId, stale[0].Generation, Token));
    }

    [Theory]
    [InlineData("cut")]
    [InlineData("cut afterwards")]
    [InlineData("truncated")]
    [InlineData("500")]
    [InlineData("429")]
    [InlineData("some")]
    public async Task A_fault_that_passes_leaves_no_trace(string kind)
    {
        _pinecone.Simulator.DataFaults.Add(FaultOf(kind), times: 1, when: r => r.Path == "/vectors/upsert");
        if (kind != "some")
        {
            _pinecone.Simulator.Faults.Add(FaultOf(kind), times: 1);
            _pinecone.Simulator.Faults.Add(FaultOf(kind), times: 1, when: r => r.Method == "POST");
            _pinecone.Simulator.DataFaults.Add(FaultOf(kind), times: 1, when: r => r.Path == "/query");
            _pinecone.Simulator.DataFaults.Add(FaultOf(kind), times: 1, when: r => r.Path == "/vectors/list");
        }

        await AddDocumentsAsync(9);

        await AssertExactAsync(null);
        Assert.Equal(Current.Sum(p => p.Count), _pinecone.Simulator.Indexes["library-24"].Contents().Values.Single().Count);
    }

    [Fact]
    public async Task Points_that_are_never_taken_are_told()
    {
        _pinecone.Simulator.DataFaults.Add(Fault.InItems(0), int.MaxValue, when: r => r.Path == "/vectors/upsert");

        var exception = await Assert.ThrowsAsync<TransientFailureException>(() => AddDocumentsAsync(1));

        Assert.Equal(FailureCode.ProviderError, exception.Failure.Code);
    }

    [Fact]
    public async Task A_long_Retry_After_is_handed_on_instead_of_waited_for()
    {
        _pinecone.Simulator.DataFaults.Add(Fault.TooManyRequests(TimeSpan.FromSeconds(90)), int.MaxValue);

        var exception = await Assert.ThrowsAsync<TransientFailureException>(() => AddDocumentsAsync(1));

        Assert.Equal(TimeSpan.FromSeconds(90), exception.RetryAfter);
        Assert.Equal(FailureCode.ProviderQuota, exception.Failure.Code);
    }

    [Fact]
    public async Task A_write_that_was_interrupted_and_is_begun_again_leaves_exactly_its_points()
    {
        var points = IndexSeeds.Points(5, Guid.NewGuid(), Guid.NewGuid(), 500);
        using var interrupted = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var upserts = 0;
        _pinecone.Simulator.DataFaults.Add(
            Fault.Slow(TimeSpan.FromMilliseconds(50)),
            int.MaxValue,
            r =>
            {
                if (r.Path == "/vectors/upsert" && ++upserts == 4)
                {
                    interrupted.Cancel();
                }

                return true;
            }
        );
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.WriteAsync(ProjectId, points, interrupted.Token));
        _pinecone.Simulator.DataFaults.Clear();
        Assert.NotEqual(500, await Store.CountAsync(ProjectId, points[0].DocumentId, points[0].Generation, Token));

        await Store.WriteAsync(ProjectId, points, Token);

        Assert.Equal(500, await Store.CountAsync(ProjectId, points[0].DocumentId, points[0].Generation, Token));
        var found = (await ScanAsync()).OrderBy(p => p.Ordinal).ToList();
        Assert.Equal(points.Select(p => p.Id), found.Select(p => p.Id));
        Assert.All(points.Zip(found), pair => Assert.Equal(pair.First.Dense.ToArray(), pair.Second.Dense.ToArray()));
    }

    [Fact]
    public async Task More_documents_than_a_filter_takes_are_asked_for_in_parts()
    {
        await AddDocumentsAsync(12);
        var filter = Current
            .Take(9)
            .Select(p => p[0].DocumentId)
            .Concat(Enumerable.Range(0, 20_500).Select(_ => Guid.NewGuid()))
            .ToHashSet();

        await AssertExactAsync(filter);

        Assert.True(_pinecone.Simulator.DataExchanges.Count(e => e.Path == "/query") >= 3 * 2 * 4);
    }

    [Fact]
    public async Task Texts_that_became_longer_are_weighted_anew_in_another_namespace_and_the_old_one_goes()
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
        _pinecone.Simulator.DataFaults.Add(Fault.WithStatus(403), times: 1, when: r => r.Path == "/vectors/upsert");

        // The first attempt is cut short; what it wrote is not what the second one takes over.
        await Assert.ThrowsAsync<DocumentFailedException>(() => Store.MaintainAsync(ProjectId, Token));
        Assert.Equal(before, await FrozenLengthAsync());
        await Store.MaintainAsync(ProjectId, Token);

        Assert.NotEqual(before, await FrozenLengthAsync());
        var space = Assert.Single(_pinecone.Simulator.Indexes["library-24"].Contents());
        Assert.EndsWith("_3", space.Key, StringComparison.Ordinal);
        Assert.Equal(small.Concat(points).Select(p => p.Id).Order(), (await ScanAsync()).Select(p => p.Id).Order());
        Assert.All(await ScanAsync(), p => Assert.Equal(p.Sparse.Length, p.Sparse.Counts.Sum()));
        await Store.MaintainAsync(ProjectId, Token);
        Assert.Equal(space.Key, Assert.Single(_pinecone.Simulator.Indexes["library-24"].Contents()).Key);
    }

    [Fact]
    public async Task A_removed_project_leaves_no_namespace()
    {
        await AddDocumentsAsync(3);

        await Store.RemoveProjectAsync(ProjectId, Token);

        Assert.Empty(_pinecone.Simulator.Indexes["library-24"].Contents());
        Assert.Null(await FrozenLengthAsync());
    }

    protected override async Task<IVectorStore> CreateStoreAsync()
    {
        await _pinecone.Simulator.StartAsync();
        _host = _pinecone.Host(Database);
        return _host.Store;
    }

    protected override async Task<double?> FrozenLengthAsync()
    {
        await using var command = Database.DataSource.CreateCommand(
            "SELECT (state->>'averageLength')::float8 FROM project_stores WHERE project_id = $1"
        );
        command.Parameters.Add(new() { Value = ProjectId });
        return await command.ExecuteScalarAsync(Token) as double?;
    }

    private IEnumerable<(int Points, int Values, int Bytes)> Upserts() =>
        _pinecone
            .Simulator.DataExchanges.Where(IsUpsert)
            .Select(e =>
            {
                using var body = JsonDocument.Parse(e.RequestBody);
                var vectors = body.RootElement.GetProperty("vectors");
                return (vectors.GetArrayLength(), vectors[0].GetProperty("values").GetArrayLength(), e.RequestBody.Length);
            });

    private static bool IsUpsert(Exchange exchange) => exchange.Path == "/vectors/upsert";

    private static Fault FaultOf(string kind) =>
        kind switch
        {
            "cut" => Fault.Cut,
            "cut afterwards" => Fault.CutAfterwards,
            "truncated" => Fault.Truncated,
            "500" => Fault.WithStatus(500),
            "some" => Fault.InItems(0, 2),
            _ => Fault.TooManyRequests(TimeSpan.FromSeconds(0)),
        };
}
