using RagPy.Core.Storage;
using RagPy.Tests.Pipeline;
using RagPy.Tests.Simulators;
using Xunit;

namespace RagPy.Tests.Storage;

/// <summary>Local copies of files: bounded, held while in use, gone when their file is.</summary>
public sealed class BlobCacheTests : IDisposable
{
    private const int Size = 1000;
    private readonly TemporaryFolder _folder = new();
    private readonly ManualClock _clock = new(DateTimeOffset.UtcNow);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_least_recently_used_copies_go_first_and_what_is_in_use_stays()
    {
        var cache = New(maxBytes: 5 * Size);
        var blobs = new List<BlobReference>();
        for (var i = 0; i < 5; i++)
        {
            blobs.Add(await KeepAsync(cache, i));
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        using var used = cache.TryLease(1, blobs[0])!;
        // Another process has its own idea of the folder.
        using var held = New(5 * Size).TryLease(1, blobs[1])!;
        _clock.Advance(TimeSpan.FromSeconds(1));
        cache.TryLease(1, blobs[2])!.Dispose();
        _clock.Advance(TimeSpan.FromSeconds(1));
        for (var i = 5; i < 8; i++)
        {
            blobs.Add(await KeepAsync(cache, i));
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal([0, 1, 5, 6, 7], Present(cache, blobs));
        Assert.True(File.Exists(used.Path) && File.Exists(held.Path));
    }

    [Fact]
    public async Task What_nobody_used_for_a_day_goes_and_so_does_what_was_never_finished()
    {
        var cache = New(long.MaxValue / 2);
        var old = await KeepAsync(cache, 1);
        var unfinished = cache.CreateTemporary();
        var written = cache.CreateTemporary();
        await written.DisposeAsync();
        _clock.Advance(TimeSpan.FromHours(25));
        var young = await KeepAsync(cache, 2);

        cache.Sweep(TimeSpan.FromHours(1));

        Assert.Equal([1], Present(cache, [old, young]));
        Assert.True(File.Exists(unfinished.Name));
        Assert.False(File.Exists(written.Name));
        await unfinished.DisposeAsync();
    }

    [Fact]
    public async Task A_file_that_was_deleted_by_another_host_is_not_read_from_its_copy()
    {
        await using var simulator = new S3Simulator();
        await simulator.StartAsync();
        using var elsewhere = new TemporaryFolder();
        using var here = S3Stores.StoreOn(S3Stores.OptionsOf(simulator), _folder.Path);
        using var other = S3Stores.StoreOn(S3Stores.OptionsOf(simulator), elsewhere.Path);
        var blob = await here.PutAsync(1, new MemoryStream(S3Stores.RandomBytes(Size)), long.MaxValue, Token);

        await other.RemoveAsync(1, blob, Token);

        await Assert.ThrowsAsync<FileNotFoundException>(() => here.GetLocalAsync(1, blob, Token));
        Assert.Empty(Directory.EnumerateFiles(_folder.Path, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_copy_is_fetched_once()
    {
        await using var simulator = new S3Simulator();
        await simulator.StartAsync();
        using var elsewhere = new TemporaryFolder();
        using var here = S3Stores.StoreOn(S3Stores.OptionsOf(simulator), _folder.Path);
        using var other = S3Stores.StoreOn(S3Stores.OptionsOf(simulator), elsewhere.Path);
        var blob = await here.PutAsync(1, new MemoryStream(S3Stores.RandomBytes(Size)), long.MaxValue, Token);

        for (var i = 0; i < 3; i++)
        {
            (await other.GetLocalAsync(1, blob, Token)).Dispose();
            (await here.GetLocalAsync(1, blob, Token)).Dispose();
        }

        Assert.Single(simulator.Exchanges, e => e.Method == "GET" && !e.Query.Contains("list-type", StringComparison.Ordinal));
    }

    private static int[] Present(BlobCache cache, IReadOnlyList<BlobReference> blobs) =>
        [
            .. Enumerable
                .Range(0, blobs.Count)
                .Where(i =>
                {
                    using var lease = cache.TryLease(1, blobs[i]);
                    return lease is not null;
                }),
        ];

    private static async Task<BlobReference> KeepAsync(BlobCache cache, int seed)
    {
        string path;
        BlobReference blob;
        await using (var file = cache.CreateTemporary())
        {
            path = file.Name;
            blob = await BlobFile.WriteAsync(file, new MemoryStream(S3Stores.RandomBytes(Size, seed)), long.MaxValue, Token);
        }

        cache.Keep(1, blob, path).Dispose();
        return blob;
    }

    private BlobCache New(long maxBytes) => new(_folder.Path, maxBytes, _clock);
}
