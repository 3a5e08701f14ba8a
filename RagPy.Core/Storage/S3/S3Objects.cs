using System.Globalization;
using System.Runtime.CompilerServices;
using Amazon;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace RagPy.Core.Storage.S3;

/// <summary>
/// The operations on one bucket that the store needs, with failures put in words. Requests are made so that compatible servers, also old ones, take them: no
/// checksums in trailers, no chunked signatures, parts and files with a known length.
/// </summary>
internal sealed class S3Objects : IDisposable
{
    /// <summary>Objects that one request may delete (DeleteObjects).</summary>
    private const int MostAtOnce = 1000;

    private const int ParallelDeletes = 16;

    /// <summary>A part on a slow line takes its time; that nothing moves is noticed by <see cref="S3Options.Patience"/> when reading, by the kernel when writing.</summary>
    private static readonly TimeSpan s_longestRequest = TimeSpan.FromMinutes(15);

    private static readonly TimeSpan s_bucketGoodFor = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_connect = TimeSpan.FromSeconds(5);
    private readonly AmazonS3Client _client;
    private volatile bool _deletesSingly;
    private long _bucketSeen = long.MinValue / 2;

    public S3Objects(S3Options options)
    {
        Options = options;
        Failures = new S3Failures(options);
        _client = CreateClient(options);
    }

    public S3Options Options { get; }

    public S3Failures Failures { get; }

    /// <summary>TLS vouches for the bytes; without it each request signs them.</summary>
    public bool IsEncrypted => Options.Endpoint is null || Options.Endpoint.Scheme == Uri.UriSchemeHttps;

    /// <summary>Length of an object; null when there is none.</summary>
    public async Task<long?> FindLengthAsync(string key, CancellationToken cancellationToken)
    {
        try
        {
            var request = new GetObjectMetadataRequest { BucketName = Options.Bucket, Key = key };
            var found = await RunAsync(token => _client.GetObjectMetadataAsync(request, token), S3Failures.IsNoSuchKey, cancellationToken);
            return found.ContentLength;
        }
        catch (AmazonServiceException exception) when (S3Failures.IsNoSuchKey(exception))
        {
            // The answer is the same when there is no bucket.
            if (Environment.TickCount64 - Interlocked.Read(ref _bucketSeen) > s_bucketGoodFor.TotalMilliseconds)
            {
                await ProbeAsync(cancellationToken);
            }

            return null;
        }
    }

    /// <summary>Begins to read an object.</summary>
    /// <param name="from">First byte wanted.</param>
    /// <param name="to">Last byte wanted; null for all.</param>
    /// <param name="etag">The object must still be this one; null for any.</param>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    public async Task<GetObjectResponse> GetAsync(string key, long from, long? to, string? etag, CancellationToken cancellationToken)
    {
        var request = new GetObjectRequest
        {
            BucketName = Options.Bucket,
            Key = key,
            ByteRange = new ByteRange(string.Create(CultureInfo.InvariantCulture, $"bytes={from}-{to}")),
            EtagToMatch = etag,
        };
        try
        {
            return await RunAsync(token => _client.GetObjectAsync(request, token), S3Failures.IsNoSuchKey, cancellationToken);
        }
        catch (AmazonServiceException exception) when (S3Failures.IsNoSuchKey(exception))
        {
            throw new FileNotFoundException("There is no such object.", key, exception);
        }
    }

    /// <summary>Keys and lengths of all objects whose key begins so, page after page.</summary>
    public async IAsyncEnumerable<(string Key, long Length)> ListAsync(
        string prefix,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var request = new ListObjectsV2Request { BucketName = Options.Bucket, Prefix = prefix };
        while (true)
        {
            var page = await CallAsync(token => _client.ListObjectsV2Async(request, token), cancellationToken);
            foreach (var item in page.S3Objects ?? [])
            {
                yield return (item.Key, item.Size ?? 0);
            }

            if (page.IsTruncated != true || string.IsNullOrEmpty(page.NextContinuationToken))
            {
                yield break;
            }

            request.ContinuationToken = page.NextContinuationToken;
        }
    }

    /// <summary>Removes an object; nothing happens when it is not there.</summary>
    public async Task DeleteAsync(string key, CancellationToken cancellationToken)
    {
        var request = new DeleteObjectRequest { BucketName = Options.Bucket, Key = key };
        try
        {
            await RunAsync(token => _client.DeleteObjectAsync(request, token), S3Failures.IsNoSuchKey, cancellationToken);
        }
        catch (AmazonServiceException exception) when (S3Failures.IsNoSuchKey(exception))
        {
            // Amazon answers 204, some others 404.
        }
    }

    /// <summary>Removes objects, a thousand with one request where the server offers that.</summary>
    public async Task DeleteAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        foreach (var batch in keys.Chunk(MostAtOnce))
        {
            if (_deletesSingly || !await TryDeleteAsync(batch, cancellationToken))
            {
                await Parallel.ForEachAsync(
                    batch,
                    new ParallelOptions { MaxDegreeOfParallelism = ParallelDeletes, CancellationToken = cancellationToken },
                    async (key, token) => await DeleteAsync(key, token)
                );
            }
        }
    }

    /// <summary>Uploads in parts that have begun and not ended, of keys that begin so; none where the server does not tell.</summary>
    public async IAsyncEnumerable<MultipartUpload> ListUploadsAsync(
        string prefix,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var request = new ListMultipartUploadsRequest { BucketName = Options.Bucket, Prefix = prefix };
        while (true)
        {
            ListMultipartUploadsResponse page;
            try
            {
                page = await RunAsync(
                    token => _client.ListMultipartUploadsAsync(request, token),
                    S3Failures.IsNotOffered,
                    cancellationToken
                );
            }
            catch (AmazonServiceException exception) when (S3Failures.IsNotOffered(exception))
            {
                yield break;
            }

            foreach (var upload in page.MultipartUploads ?? [])
            {
                yield return upload;
            }

            if (page.IsTruncated != true)
            {
                yield break;
            }

            (request.KeyMarker, request.UploadIdMarker) = (page.NextKeyMarker, page.NextUploadIdMarker);
        }
    }

    /// <summary>Gives up an upload in parts, whose parts are then gone; nothing happens when it has ended.</summary>
    public async Task AbortAsync(string key, string uploadId, CancellationToken cancellationToken)
    {
        var request = new AbortMultipartUploadRequest
        {
            BucketName = Options.Bucket,
            Key = key,
            UploadId = uploadId,
        };
        try
        {
            await RunAsync(token => _client.AbortMultipartUploadAsync(request, token), S3Failures.IsNotOffered, cancellationToken);
        }
        catch (AmazonServiceException exception) when (S3Failures.IsNotOffered(exception))
        {
            // It has ended meanwhile, or the server knows no giving up.
        }
    }

    /// <summary>Asks for as little as possible, to see whether the bucket can be used.</summary>
    public async Task ProbeAsync(CancellationToken cancellationToken)
    {
        var request = new ListObjectsV2Request
        {
            BucketName = Options.Bucket,
            Prefix = Options.Prefix,
            MaxKeys = 1,
        };
        await CallAsync(token => _client.ListObjectsV2Async(request, token), cancellationToken);
        Interlocked.Exchange(ref _bucketSeen, Environment.TickCount64);
    }

    /// <summary>Uses the client for one request whose failures are all put in words.</summary>
    public async Task<T> CallAsync<T>(Func<AmazonS3Client, CancellationToken, Task<T>> call, CancellationToken cancellationToken) =>
        await CallAsync(token => call(_client, token), cancellationToken);

    /// <summary>As <see cref="CallAsync{T}(Func{AmazonS3Client, CancellationToken, Task{T}}, CancellationToken)"/>, but for those that the caller can make something of.</summary>
    /// <param name="passes">The failures that are thrown as they are.</param>
    public async Task<T> RunAsync<T>(
        Func<AmazonS3Client, CancellationToken, Task<T>> call,
        Func<Exception, bool> passes,
        CancellationToken cancellationToken
    ) => await RunAsync(token => call(_client, token), passes, cancellationToken);

    public void Dispose() => _client.Dispose();

    /// <summary>Servers that want another checksum than the SDK sends, or do not offer the operation, are asked object by object from then on.</summary>
    private async Task<bool> TryDeleteAsync(string[] keys, CancellationToken cancellationToken)
    {
        var request = new DeleteObjectsRequest
        {
            BucketName = Options.Bucket,
            Objects = [.. keys.Select(key => new KeyVersion { Key = key })],
            Quiet = true,
        };
        try
        {
            var answer = await RunAsync(
                token => _client.DeleteObjectsAsync(request, token),
                exception => exception is DeleteObjectsException || S3Failures.IsNotOffered(exception),
                cancellationToken
            );
            return answer.DeleteErrors is not { Count: > 0 };
        }
        catch (DeleteObjectsException)
        {
            // One by one, what cannot be removed says why.
            return false;
        }
        catch (AmazonServiceException exception) when (S3Failures.IsNotOffered(exception))
        {
            _deletesSingly = true;
            return false;
        }
    }

    private Task<T> CallAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken) =>
        RunAsync(call, static _ => false, cancellationToken);

    private async Task<T> RunAsync<T>(
        Func<CancellationToken, Task<T>> call,
        Func<Exception, bool> passes,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await call(cancellationToken);
        }
        catch (Exception exception) when (S3Failures.Is(exception, cancellationToken) && !passes(exception))
        {
            throw Failures.Of(exception);
        }
    }

    private static AmazonS3Client CreateClient(S3Options options)
    {
        var config = new AmazonS3Config
        {
            AuthenticationRegion = options.Region,
            ForcePathStyle = options.UsesPaths,
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
            RetryMode = RequestRetryMode.Standard,
            MaxErrorRetry = options.Tries - 1,
            Timeout = s_longestRequest,
            ConnectTimeout = s_connect,
        };
        if (options.Endpoint is { } endpoint)
        {
            config.ServiceURL = endpoint.AbsoluteUri;
        }
        else
        {
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(options.Region);
        }

        return options is { AccessKey: { } key, SecretKey: { } secret }
            ? new AmazonS3Client(new BasicAWSCredentials(key, secret), config)
            : new AmazonS3Client(config);
    }
}
