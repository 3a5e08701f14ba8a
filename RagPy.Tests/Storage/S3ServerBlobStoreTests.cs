using System.Security.Cryptography;
using RagPy.Core.Storage;
using RagPy.Core.Storage.S3;
using RagPy.Tests.Pipeline;
using Xunit;

namespace RagPy.Tests.Storage;

/// <summary>The store in an object storage against the rules of all blob stores, on a server that others have written.</summary>
public sealed class S3ServerBlobStoreTests : BlobStoreConformanceTests, IClassFixture<S3ServerFixture>, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly S3BlobStore _store;
    private readonly S3Options _options;

    public S3ServerBlobStoreTests(S3ServerFixture server)
    {
        _options = server.NewOptions();
        _store = S3Stores.StoreOn(_options, _folder.Path);
    }

    protected override IBlobStore Store => _store;

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_file_larger_than_a_part_is_sent_in_parts_and_fetched_by_another_host()
    {
        var token = TestContext.Current.CancellationToken;
        var bytes = S3Stores.RandomBytes((2 * S3Stores.PartBytes) + 12_345);
        using var elsewhere = new TemporaryFolder();
        using var other = S3Stores.StoreOn(_options, elsewhere.Path);

        var blob = await _store.PutAsync(1, new MemoryStream(bytes), long.MaxValue, token);

        using var local = await other.GetLocalAsync(1, blob, token);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(local.Path, token))), blob.Sha256);
    }

    [Fact]
    public async Task A_missing_bucket_is_named()
    {
        var token = TestContext.Current.CancellationToken;
        using var lost = S3Stores.StoreOn(_options with { Bucket = "nowhere" }, _folder.Path);

        Assert.Contains("no bucket 'nowhere'", await lost.FindProblemAsync(token), StringComparison.Ordinal);
    }
}
