using System.Collections.Concurrent;
using Amazon.Runtime;
using Amazon.S3.Model;

namespace RagPy.Core.Storage.S3;

/// <summary>
/// Sends a file of this machine: a small one with one request, a large one in parts, several at once. The object is there when the last request is answered, and
/// whole, or not at all.
/// </summary>
internal sealed class S3Upload(S3Objects objects)
{
    /// <summary>Amazon's limit.</summary>
    private const int MostParts = 10_000;

    private const int ParallelParts = 4;
    private const string ContentType = "application/octet-stream";
    private static readonly TimeSpan s_longestAbort = TimeSpan.FromSeconds(10);

    /// <param name="path">Nobody writes to it.</param>
    public Task SendAsync(string key, string path, long length, CancellationToken cancellationToken) =>
        length <= objects.Options.PartBytes
            ? SendWholeAsync(key, path, cancellationToken)
            : SendPartsAsync(key, path, length, cancellationToken);

    /// <summary>Size of the parts of a file: never more than there may be.</summary>
    internal static long PartSizeOf(long length, long smallest)
    {
        const long step = 1L << 20;
        var needed = (length + MostParts - 1) / MostParts;
        return Math.Max(smallest, (needed + step - 1) / step * step);
    }

    private async Task SendWholeAsync(string key, string path, CancellationToken cancellationToken)
    {
        await using var content = BlobFile.OpenRead(path);
        var request = new PutObjectRequest
        {
            BucketName = objects.Options.Bucket,
            Key = key,
            InputStream = content,
            AutoCloseStream = false,
            ContentType = ContentType,
            UseChunkEncoding = false,
            DisablePayloadSigning = objects.IsEncrypted,
        };
        await objects.CallAsync((client, token) => client.PutObjectAsync(request, token), cancellationToken);
    }

    private async Task SendPartsAsync(string key, string path, long length, CancellationToken cancellationToken)
    {
        var begin = new InitiateMultipartUploadRequest
        {
            BucketName = objects.Options.Bucket,
            Key = key,
            ContentType = ContentType,
        };
        var upload = await objects.CallAsync((client, token) => client.InitiateMultipartUploadAsync(begin, token), cancellationToken);
        try
        {
            var parts = await SendPartsAsync(key, upload.UploadId, path, length, cancellationToken);
            await CompleteAsync(key, upload.UploadId, parts, length, cancellationToken);
        }
        catch
        {
            await AbortAsync(key, upload.UploadId);
            throw;
        }
    }

    private async Task<List<PartETag>> SendPartsAsync(
        string key,
        string uploadId,
        string path,
        long length,
        CancellationToken cancellationToken
    )
    {
        var size = PartSizeOf(length, objects.Options.PartBytes);
        var count = (int)((length + size - 1) / size);
        var parts = new ConcurrentBag<PartETag>();
        await Parallel.ForEachAsync(
            Enumerable.Range(1, count),
            new ParallelOptions { MaxDegreeOfParallelism = ParallelParts, CancellationToken = cancellationToken },
            async (number, token) =>
            {
                var request = new UploadPartRequest
                {
                    BucketName = objects.Options.Bucket,
                    Key = key,
                    UploadId = uploadId,
                    PartNumber = number,
                    FilePath = path,
                    FilePosition = (number - 1) * size,
                    PartSize = Math.Min(size, length - ((number - 1) * size)),
                    UseChunkEncoding = false,
                    DisablePayloadSigning = objects.IsEncrypted,
                };
                var answer = await objects.CallAsync((client, t) => client.UploadPartAsync(request, t), token);
                parts.Add(new PartETag(number, answer.ETag));
            }
        );
        return [.. parts.OrderBy(part => part.PartNumber)];
    }

    private async Task CompleteAsync(string key, string uploadId, List<PartETag> parts, long length, CancellationToken cancellationToken)
    {
        var request = new CompleteMultipartUploadRequest
        {
            BucketName = objects.Options.Bucket,
            Key = key,
            UploadId = uploadId,
            PartETags = parts,
        };
        try
        {
            await objects.RunAsync(
                (client, token) => client.CompleteMultipartUploadAsync(request, token),
                S3Failures.IsNoSuchKey,
                cancellationToken
            );
        }
        catch (AmazonServiceException exception) when (S3Failures.IsNoSuchKey(exception))
        {
            // The first try went through and its answer was lost; or somebody has aborted it.
            if (await objects.FindLengthAsync(key, cancellationToken) != length)
            {
                throw objects.Failures.Of(exception);
            }
        }
    }

    /// <summary>As well as it goes: what stays is removed a day later.</summary>
    private async Task AbortAsync(string key, string uploadId)
    {
        using var limit = new CancellationTokenSource(s_longestAbort);
        try
        {
            await objects.AbortAsync(key, uploadId, limit.Token);
        }
        catch (Exception exception) when (exception is Pipeline.TransientFailureException or OperationCanceledException)
        {
            // Why it is aborted is what the caller wants to know.
        }
    }
}
