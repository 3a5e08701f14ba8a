using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using RagPy.Core.Storage;
using RagPy.Core.Storage.S3;

namespace RagPy.Bench;

/// <summary>
/// Files into a blob store and out of it again: one large file, and many small ones, four at once. The second argument is the address of an object storage with the
/// bucket and key of s3rver; without it the store is a folder.
/// </summary>
internal static class BlobBench
{
    private const int SmallBytes = 200_000;
    private const int Parallel = 4;
    private const string Account = "S3RVER";

    public static async Task RunAsync(string[] args, CancellationToken cancellationToken)
    {
        var bytes = long.Parse(args[0], CultureInfo.InvariantCulture) * 1_000_000;
        var folder = Directory.CreateTempSubdirectory("ragpy-bench-");
        try
        {
            var (store, other) = args.Length > 1 ? Remote(new Uri(args[1]), folder.FullName) : Local(folder.FullName);
            Console.WriteLine("| | MB/s | files/s | processor, s per GB | resident, MB |");
            Console.WriteLine("|---|---|---|---|---|");
            var large = new BlobReference[1];
            var name = string.Create(CultureInfo.InvariantCulture, $"{bytes / 1_000_000} MB");
            await MeasureAsync($"put one file of {name}", 1, bytes, i => PutAsync(i, bytes));
            await MeasureAsync("put the same again", 1, bytes, i => PutAsync(i, bytes));
            await MeasureAsync("read it as a stream", 1, bytes, i => ReadAsync(large[i]));
            await MeasureAsync("fetch it to another host", 1, bytes, i => FetchAsync(large[i]));
            await MeasureAsync("fetch it again", 1, bytes, i => FetchAsync(large[i]));
            var count = (int)(bytes / 2 / SmallBytes);
            large = new BlobReference[count];
            await MeasureAsync($"put {count} files of 0.2 MB", count, SmallBytes, i => PutAsync(i, SmallBytes));
            await MeasureAsync("fetch them to another host", count, SmallBytes, i => FetchAsync(large[i]));

            async Task PutAsync(int i, long length) =>
                large[i] = await store.PutAsync(1, new MadeStream(length, seed: i), long.MaxValue, cancellationToken);

            async Task ReadAsync(BlobReference blob)
            {
                await using var stream = await store.OpenAsync(1, blob, cancellationToken);
                await stream.CopyToAsync(Stream.Null, cancellationToken);
            }

            async Task FetchAsync(BlobReference blob)
            {
                using var local = await other.GetLocalAsync(1, blob, cancellationToken);
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static (IBlobStore, IBlobStore) Local(string folder)
    {
        var store = new FolderBlobStore(folder);
        return (store, store);
    }

    private static (IBlobStore, IBlobStore) Remote(Uri address, string folder)
    {
        var options = new S3Options
        {
            Bucket = "ragpy",
            Endpoint = address,
            AccessKey = Account,
            SecretKey = Account,
            UsesPaths = true,
            Prefix = $"{Guid.NewGuid():n}/",
        };
        return (On("here"), On("there"));

        S3BlobStore On(string host) => new(options, Path.Combine(folder, host), TimeProvider.System, NullLogger<S3BlobStore>.Instance);
    }

    private static async Task MeasureAsync(string what, int count, long length, Func<int, Task> work)
    {
        var processor = Environment.CpuUsage.TotalTime;
        var watch = Stopwatch.StartNew();
        await System.Threading.Tasks.Parallel.ForEachAsync(
            Enumerable.Range(0, count),
            new ParallelOptions { MaxDegreeOfParallelism = Parallel },
            async (i, _) => await work(i)
        );
        var seconds = watch.Elapsed.TotalSeconds;
        var gigabytes = count * length / 1e9;
        var perGigabyte = (Environment.CpuUsage.TotalTime - processor).TotalSeconds / gigabytes;
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"| {what} | {gigabytes * 1000 / seconds:0} | {count / seconds:0.0} | {perGigabyte:0.0} | {Environment.WorkingSet / 1e6:0} |"
            )
        );
    }

    /// <summary>Bytes that cost next to nothing to make.</summary>
    private sealed class MadeStream(long length, int seed) : Stream
    {
        private readonly byte[] _block = Block(seed);
        private long _position;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => length;

        public override long Position
        {
            get => _position;
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = (int)Math.Min(Math.Min(count, _block.Length), length - _position);
            _block.AsSpan(0, read).CopyTo(buffer.AsSpan(offset));
            _position += read;
            return read;
        }

        public override void Flush() { }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        private static byte[] Block(int seed)
        {
            var block = new byte[1 << 17];
            new Random(seed).NextBytes(block);
            return block;
        }
    }
}
