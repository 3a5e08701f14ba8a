using RagPy.Core.Indexing;
using RagPy.Core.Indexing.Remote;
using RagPy.Tests.Simulators;
using Xunit;

namespace RagPy.Tests.Indexing;

/// <summary>A simulated Pinecone and stores on it; every exchange is checked against both published documents in the end.</summary>
internal sealed class PineconeSetup : IAsyncDisposable
{
    public const string Key = "the-key-of-pinecone";

    private const string Control = "pinecone-control-2025-10.oas.yaml";
    private const string Data = "pinecone-data-2025-10.oas.yaml";

    /// <summary>Whether the documents are there to be checked against.</summary>
    public static bool HasDocuments => ApiContract.Find(Control) is not null && ApiContract.Find(Data) is not null;

    public PineconeSimulator Simulator { get; } = new() { Key = Key };

    public static List<IndexPoint> OnePoint() => IndexSeeds.Points(1, Guid.NewGuid(), Guid.NewGuid(), 1);

    /// <param name="insecure">Takes any certificate.</param>
    public RemoteStoreHost Host(TestDatabase database, Func<RemoteStoreOptions, RemoteStoreOptions>? change = null, bool insecure = false)
    {
        var options = new RemoteStoreOptions
        {
            PineconeUrl = Simulator.Address,
            PineconeKey = Key,
            PineconeIndex = "library",
            PineconeEnvironment = "aws-eu-west-1",
            PineconeBatchSize = 64,
        };
        return new RemoteStoreHost(database, StoreKinds.Pinecone, change?.Invoke(options) ?? options, insecure);
    }

    public async ValueTask DisposeAsync()
    {
        await Simulator.DisposeAsync();
        AssertContract(Control, Simulator.Exchanges);
        AssertContract(Data, Simulator.DataExchanges);
    }

    private static void AssertContract(string document, ExchangeLog exchanges) =>
        Assert.Empty(ApiContract.Find(document)?.Check(exchanges.Where(e => e.RequestHeaders["Api-Key"] == Key)) ?? []);
}
