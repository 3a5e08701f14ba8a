using RagPy.Tests.Pipeline;
using Xunit;

namespace RagPy.Tests.Storage;

/// <summary>What a large file costs in memory; alone, for what others allocate would count.</summary>
[Collection(nameof(S3MemoryTests))]
public sealed class S3MemoryTests(S3ServerFixture server) : IClassFixture<S3ServerFixture>
{
    private const long FileBytes = 150L << 20;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_large_file_is_sent_and_fetched_without_being_kept_in_memory()
    {
        using var here = new TemporaryFolder();
        using var elsewhere = new TemporaryFolder();
        var options = server.NewOptions();
        using var sender = S3Stores.StoreOn(options, here.Path);
        using var receiver = S3Stores.StoreOn(options, elsewhere.Path);
        var before = GC.GetTotalAllocatedBytes(precise: true);

        var blob = await sender.PutAsync(1, new ZeroStream(FileBytes), FileBytes, Token);
        using (var local = await receiver.GetLocalAsync(1, blob, Token))
        {
            Assert.Equal(FileBytes, new FileInfo(local.Path).Length);
        }

        await using (var stream = await receiver.OpenAsync(1, blob, Token))
        {
            await stream.CopyToAsync(Stream.Null, Token);
        }

        // All that was ever allocated, not only what is alive at some moment.
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, FileBytes / 3);
    }

    private sealed class ZeroStream(long length) : MemoryStream
    {
        private long _left = length;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = (int)Math.Min(buffer.Length, _left);
            buffer.Span[..read].Clear();
            _left -= read;
            return ValueTask.FromResult(read);
        }
    }
}
