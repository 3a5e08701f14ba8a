using System.Security.Cryptography;
using CsCheck;
using RagPy.Core.Pipeline;
using RagPy.Core.Storage;
using Xunit;

namespace RagPy.Tests.Storage;

/// <summary>What every blob store must do. An implementation inherits it and says how it is made.</summary>
public abstract class BlobStoreConformanceTests
{
    private const long NoLimit = long.MaxValue;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    protected abstract IBlobStore Store { get; }

    [Fact]
    public async Task A_file_comes_back_as_it_was_put()
    {
        await Check.SampleAsync(
            Gen.Byte.Array[1, 300_000],
            async bytes =>
            {
                var blob = await Store.PutAsync(1, new MemoryStream(bytes), NoLimit, Token);

                Assert.Equal(new BlobReference(Convert.ToHexStringLower(SHA256.HashData(bytes)), bytes.Length), blob);
                await using var stream = await Store.OpenAsync(1, blob, Token);
                Assert.True(stream.CanSeek);
                var read = new MemoryStream();
                await stream.CopyToAsync(read, Token);
                Assert.Equal(bytes, read.ToArray());
                using var local = await Store.GetLocalAsync(1, blob, Token);
                Assert.Equal(bytes, await File.ReadAllBytesAsync(local.Path, Token));
            },
            iter: 20
        );
    }

    [Fact]
    public async Task A_file_can_be_read_from_anywhere_in_it()
    {
        var bytes = new byte[700_000];
        new Random(1).NextBytes(bytes);
        var blob = await Store.PutAsync(1, new MemoryStream(bytes), NoLimit, Token);
        await using var stream = await Store.OpenAsync(1, blob, Token);
        Assert.Equal(bytes.Length, stream.Length);
        var random = new Random(2);
        var buffer = new byte[90_000];

        for (var i = 0; i < 40; i++)
        {
            var from = random.Next(bytes.Length);
            stream.Seek(from - bytes.Length, SeekOrigin.End);
            var read = await stream.ReadAtLeastAsync(
                buffer.AsMemory(0, random.Next(1, buffer.Length)),
                1,
                throwOnEndOfStream: false,
                Token
            );
            Assert.Equal(bytes.AsSpan(from, read), buffer.AsSpan(0, read));
            Assert.Equal(from + read, stream.Position);
        }
    }

    [Fact]
    public async Task A_file_of_this_machine_is_taken()
    {
        var path = Path.GetTempFileName();
        await File.WriteAllTextAsync(path, "taken", Token);

        var blob = await Store.TakeAsync(1, path, Token);

        Assert.Equal(await PutAsync(2, "taken"), blob);
        using (var local = await Store.GetLocalAsync(1, blob, Token))
        {
            Assert.Equal("taken", await File.ReadAllTextAsync(local.Path, Token));
        }

        File.Delete(path);
    }

    [Fact]
    public async Task It_says_whether_a_file_is_there()
    {
        var blob = await PutAsync(1, "there");

        Assert.True(await Store.ExistsAsync(1, blob, Token));
        Assert.False(await Store.ExistsAsync(2, blob, Token));
        await Store.RemoveAsync(1, blob, Token);
        Assert.False(await Store.ExistsAsync(1, blob, Token));
        Assert.Null(await Store.FindProblemAsync(Token));
    }

    [Fact]
    public async Task A_local_file_stays_while_it_is_in_use()
    {
        var blob = await PutAsync(1, "in use");
        using var local = await Store.GetLocalAsync(1, blob, Token);

        await Store.SweepAsync(TimeSpan.Zero, Token);

        Assert.Equal("in use", await File.ReadAllTextAsync(local.Path, Token));
    }

    [Fact]
    public async Task The_same_bytes_are_kept_once_in_a_project_and_apart_in_another()
    {
        var one = await PutAsync(1, "same");
        Assert.Equal(one, await PutAsync(1, "same"));
        await PutAsync(2, "same");
        Assert.Equal([one], await ListAsync(1));

        await Store.RemoveAsync(1, one, Token);
        await Store.RemoveAsync(1, one, Token);
        await Store.RemoveAsync(1, [one, await PutAsync(1, "another")], Token);

        Assert.Empty(await ListAsync(1));
        Assert.Equal([one], await ListAsync(2));
    }

    [Theory]
    [InlineData(10, FailureCode.TooLarge)]
    [InlineData(0, FailureCode.Empty)]
    public async Task What_is_too_large_or_empty_is_refused_and_leaves_nothing(int length, FailureCode code)
    {
        var put = () => Store.PutAsync(1, new MemoryStream(new byte[length]), 9, Token);

        var exception = await Assert.ThrowsAsync<DocumentFailedException>(put);
        Assert.Equal(code, exception.Failure.Code);
        Assert.Empty(await ListAsync(1));
    }

    [Fact]
    public async Task A_stream_that_breaks_leaves_nothing()
    {
        await Assert.ThrowsAsync<IOException>(() => Store.PutAsync(1, new BreakingStream(), NoLimit, Token));

        Assert.Empty(await ListAsync(1));
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_not_found()
    {
        var blob = new BlobReference(new string('a', 64), 1);

        await Assert.ThrowsAsync<FileNotFoundException>(() => Store.OpenAsync(1, blob, Token));
        await Assert.ThrowsAsync<FileNotFoundException>(() => Store.GetLocalAsync(1, blob, Token));
    }

    [Fact]
    public async Task Many_writers_of_the_same_file_do_not_disturb_each_other()
    {
        var blobs = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => PutAsync(1, new string('x', 100_000))));

        Assert.Single(blobs.Distinct());
        Assert.Equal(blobs[..1], await ListAsync(1));
    }

    [Fact]
    public async Task A_removed_project_has_no_files_and_others_keep_theirs()
    {
        await PutAsync(1, "one");
        await PutAsync(2, "two");

        await Store.RemoveProjectAsync(1, Token);
        await Store.RemoveProjectAsync(1, Token);

        Assert.Empty(await ListAsync(1));
        Assert.Single(await ListAsync(2));
    }

    private Task<BlobReference> PutAsync(long project, string text) =>
        Store.PutAsync(project, new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text)), NoLimit, Token);

    private async Task<List<BlobReference>> ListAsync(long project)
    {
        var blobs = new List<BlobReference>();
        await foreach (var blob in Store.ListAsync(project, Token))
        {
            blobs.Add(blob);
        }

        return blobs;
    }

    private sealed class BreakingStream : MemoryStream
    {
        private bool _hasRead;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_hasRead)
            {
                throw new IOException("The connection was cut.");
            }

            _hasRead = true;
            buffer.Span[..10].Fill(1);
            return ValueTask.FromResult(10);
        }
    }
}
