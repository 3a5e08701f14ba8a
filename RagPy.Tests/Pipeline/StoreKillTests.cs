using RagPy.Core.Indexing;
using RagPy.Core.Indexing.Remote;
using RagPy.Tests.Indexing;
using RagPy.Tests.Simulators;
using Xunit;

namespace RagPy.Tests.Pipeline;

/// <summary>A worker is killed while it writes into a remote store and started again: the store holds exactly the points of the documents, each as it was made.</summary>
[Trait("Category", "slow")]
public sealed class StoreKillTests(PostgresFixture postgres) : IAsyncDisposable
{
    private const int Items = 120;

    private readonly QdrantSimulator _qdrant = new();
    private readonly PineconeSimulator _pinecone = new() { Key = "simulated" };
    private readonly WeaviateSimulator _weaviate = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _qdrant.DisposeAsync();
        await _pinecone.DisposeAsync();
        await _weaviate.DisposeAsync();
    }

    [Theory]
    [InlineData(StoreKinds.Qdrant)]
    [InlineData(StoreKinds.Pinecone)]
    [InlineData(StoreKinds.Weaviate)]
    public async Task Killed_again_and_again_a_worker_leaves_exactly_its_points_in_the_store(string kind)
    {
        var (address, writes) = await StartAsync(kind);
        await using var database = await postgres.CreateDatabaseAsync();
        using var data = new TemporaryFolder();
        var interrupted = 0;
        for (var kills = 0; kills < 4; kills++)
        {
            using var killed = Start();
            var before = writes();
            while (!killed.HasExited && writes() < before + 1 + kills)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(5), Token);
            }

            interrupted += killed.HasExited ? 0 : 1;
            killed.Kill();
            await killed.WaitForExitAsync(Token);
        }

        using var worker = Start();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(TimeSpan.FromSeconds(120));
        await worker.WaitForExitAsync(limit.Token);

        Assert.Equal(0, worker.ExitCode);
        Assert.True(interrupted > 1, $"{interrupted} of the workers were killed at work");
        await AssertSameAsync(database, kind, address);

        System.Diagnostics.Process Start() =>
            KillTests.StartWorker(
                database.ConnectionString,
                data.Path,
                Items,
                failpoint: null,
                ("RAGPY_VECTOR_STORE", kind),
                ("QDRANT_URL", address.AbsoluteUri),
                ("PINECONE_BASE_URL", address.AbsoluteUri),
                ("PINECONE_API_KEY", "simulated"),
                ("PINECONE_ENV", "aws-eu-west-1"),
                ("WEAVIATE_URL", address.AbsoluteUri)
            );
    }

    /// <summary>Starts the simulator, slow enough for a write to be under way when it is looked at.</summary>
    private async Task<(Uri Address, Func<long> Writes)> StartAsync(string kind)
    {
        if (kind == StoreKinds.Qdrant)
        {
            _qdrant.Faults.Latency = TimeSpan.FromMilliseconds(40);
            await _qdrant.StartAsync();
            return (
                _qdrant.Address,
                () => _qdrant.Exchanges.Count(e => e.Method == "PUT" && e.Path.EndsWith("/points", StringComparison.Ordinal))
            );
        }

        if (kind == StoreKinds.Weaviate)
        {
            _weaviate.Faults.Latency = TimeSpan.FromMilliseconds(40);
            await _weaviate.StartAsync();
            return (_weaviate.Address, () => _weaviate.Exchanges.Count(e => e is { Method: "POST", Path: "/v1/batch/objects" }));
        }

        _pinecone.DataFaults.Latency = TimeSpan.FromMilliseconds(40);
        await _pinecone.StartAsync();
        return (_pinecone.Address, () => _pinecone.DataExchanges.Count(e => e.Path == "/vectors/upsert"));
    }

    private static async Task AssertSameAsync(TestDatabase database, string kind, Uri address)
    {
        await using var host = new RemoteStoreHost(
            database,
            kind,
            new RemoteStoreOptions
            {
                QdrantUrl = address,
                PineconeUrl = address,
                PineconeKey = "simulated",
                WeaviateUrl = address,
            }
        );
        var expected = new SortedDictionary<Guid, string>();
        await foreach (var points in new ChunkPoints(database.DataSource).ReadCurrentAsync(projectId: 1, Token))
        {
            points.ForEach(p => expected.Add(p.Id, Text(p)));
        }

        var found = new SortedDictionary<Guid, string>();
        await foreach (var point in host.Store.ScanAsync(1, Token))
        {
            found.Add(point.Id, Text(point));
        }

        Assert.True(expected.Count > 100, $"{expected.Count} points");
        Assert.Equal(expected, found);
    }

    private static string Text(IndexPoint point) =>
        $"{point.DocumentId} {point.Generation} {point.Ordinal} {string.Join(' ', point.Dense.ToArray())} {string.Join(' ', point.Sparse.Terms)} {string.Join(' ', point.Sparse.Counts)}";
}
