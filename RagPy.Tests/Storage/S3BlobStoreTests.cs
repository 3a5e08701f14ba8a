using RagPy.Core.Storage;
using RagPy.Core.Storage.S3;
using RagPy.Tests.Pipeline;
using RagPy.Tests.Simulators;
using Xunit;

namespace RagPy.Tests.Storage;

/// <summary>The store in an object storage against the rules of all blob stores, on the simulator.</summary>
public sealed class S3BlobStoreTests : BlobStoreConformanceTests, IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly S3Simulator _simulator = new() { PageSize = 3 };
    private S3BlobStore? _store;

    protected override IBlobStore Store => _store!;

    public async ValueTask InitializeAsync()
    {
        await _simulator.StartAsync();
        _store = S3Stores.StoreOn(S3Stores.OptionsOf(_simulator) with { Prefix = "a folder/of+ours/" }, _folder.Path);
    }

    public async ValueTask DisposeAsync()
    {
        _store?.Dispose();
        await _simulator.DisposeAsync();
        _folder.Dispose();
    }
}
