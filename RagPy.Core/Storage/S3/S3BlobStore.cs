using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using RagPy.Core.Pipeline;

namespace RagPy.Core.Storage.S3;

/// <summary>
/// Files in a bucket of an object storage, under <c>prefix/project/first two hexadecimal digits/sha256</c>, shared by all hosts. What comes in is written to this
/// host's disk first, so that its name is known before anything is sent; what is read as a whole stays there as a copy (<see cref="BlobCache"/>).
/// </summary>
public sealed partial class S3BlobStore : IBlobStore, IDisposable
{
    private readonly S3Objects _objects;
    private readonly S3Upload _upload;
    private readonly BlobCache _cache;
    private readonly TimeProvider _time;
    private readonly ILogger<S3BlobStore> _logger;

    /// <param name="cacheFolder">Folder of the local copies; made when missing. Processes of one host share it.</param>
    public S3BlobStore(S3Options options, string cacheFolder, TimeProvider time, ILogger<S3BlobStore> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        _objects = new S3Objects(options);
        _upload = new S3Upload(_objects);
        _cache = new BlobCache(Path.GetFullPath(cacheFolder), options.CacheBytes, time);
        (_time, _logger) = (time, logger);
    }

    private string Prefix => _objects.Options.Prefix;

    /// <inheritdoc/>
    public async Task<BlobReference> PutAsync(long projectId, Stream content, long maxBytes, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(content);
        string path;
        BlobReference blob;
        await using (var file = _cache.CreateTemporary())
        {
            path = file.Name;
            try
            {
                blob = await BlobFile.WriteAsync(file, content, maxBytes, cancellationToken);
            }
            catch
            {
                File.Delete(path);
                throw;
            }
        }

        try
        {
            await SendAsync(projectId, blob, path, cancellationToken);
        }
        catch
        {
            File.Delete(path);
            throw;
        }

        _cache.Keep(projectId, blob, path).Dispose();
        return blob;
    }

    /// <inheritdoc/>
    public async Task<BlobReference> TakeAsync(long projectId, string path, CancellationToken cancellationToken)
    {
        BlobReference blob;
        await using (var content = BlobFile.OpenRead(path))
        {
            blob = await BlobFile.HashAsync(content, cancellationToken);
        }

        await SendAsync(projectId, blob, path, cancellationToken);
        _cache.Keep(projectId, blob, path).Dispose();
        return blob;
    }

    /// <inheritdoc/>
    public async Task<Stream> OpenAsync(long projectId, BlobReference blob, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(blob);
        try
        {
            return await S3BlobStream.OpenAsync(_objects, KeyOf(projectId, blob), cancellationToken);
        }
        catch (FileNotFoundException exception)
        {
            _cache.Remove(projectId, blob);
            throw BlobNames.NotFound(blob, exception);
        }
    }

    /// <inheritdoc/>
    public async Task<LocalBlob> GetLocalAsync(long projectId, BlobReference blob, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(blob);
        var held = _cache.TryLease(projectId, blob);
        if (held is not null && !await IsThereAsync(projectId, blob, held, cancellationToken))
        {
            _cache.Remove(projectId, blob);
            throw BlobNames.NotFound(blob);
        }

        held ??= await FetchAsync(projectId, blob, cancellationToken);
        return new LocalBlob(held.Path, held.Dispose);
    }

    /// <inheritdoc/>
    public async Task<bool> ExistsAsync(long projectId, BlobReference blob, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(blob);
        return await _objects.FindLengthAsync(KeyOf(projectId, blob), cancellationToken) == blob.Length;
    }

    /// <inheritdoc/>
    public async Task RemoveAsync(long projectId, BlobReference blob, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(blob);
        await _objects.DeleteAsync(KeyOf(projectId, blob), cancellationToken);
        _cache.Remove(projectId, blob);
    }

    /// <inheritdoc/>
    public async Task RemoveAsync(long projectId, IReadOnlyList<BlobReference> blobs, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(blobs);
        await _objects.DeleteAsync([.. blobs.Select(blob => KeyOf(projectId, blob))], cancellationToken);
        foreach (var blob in blobs)
        {
            _cache.Remove(projectId, blob);
        }
    }

    /// <inheritdoc/>
    public async Task RemoveProjectAsync(long projectId, CancellationToken cancellationToken)
    {
        var prefix = PrefixOf(projectId);
        await foreach (var upload in _objects.ListUploadsAsync(prefix, cancellationToken))
        {
            await _objects.AbortAsync(upload.Key, upload.UploadId, cancellationToken);
        }

        var keys = new List<string>();
        await foreach (var (key, _) in _objects.ListAsync(prefix, cancellationToken))
        {
            keys.Add(key);
        }

        await _objects.DeleteAsync(keys, cancellationToken);
        _cache.RemoveProject(projectId);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<BlobReference> ListAsync(long projectId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var (key, length) in _objects.ListAsync(PrefixOf(projectId), cancellationToken))
        {
            if (NameIn(key) is { } name)
            {
                yield return new BlobReference(name, length);
            }
        }
    }

    /// <inheritdoc/>
    public async Task SweepAsync(TimeSpan idle, CancellationToken cancellationToken)
    {
        await Task.Run(() => _cache.Sweep(idle), cancellationToken);
        var before = _time.GetUtcNow() - idle;
        await foreach (var upload in _objects.ListUploadsAsync(Prefix, cancellationToken))
        {
            // A bucket may have others beside us.
            if (NameIn(upload.Key) is not null && upload.Initiated?.ToUniversalTime() < before)
            {
                await _objects.AbortAsync(upload.Key, upload.UploadId, cancellationToken);
                LogAborted(upload.Key);
            }
        }
    }

    /// <inheritdoc/>
    public async Task<string?> FindProblemAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _objects.ProbeAsync(cancellationToken);
            return null;
        }
        catch (TransientFailureException exception)
        {
            return exception.Failure.Reason;
        }
    }

    public void Dispose() => _objects.Dispose();

    private async Task SendAsync(long projectId, BlobReference blob, string path, CancellationToken cancellationToken)
    {
        if (!await ExistsAsync(projectId, blob, cancellationToken))
        {
            await _upload.SendAsync(KeyOf(projectId, blob), path, blob.Length, cancellationToken);
        }
    }

    private async Task<bool> IsThereAsync(long projectId, BlobReference blob, CachedBlob held, CancellationToken cancellationToken)
    {
        var isThere = false;
        try
        {
            isThere = await ExistsAsync(projectId, blob, cancellationToken);
            return isThere;
        }
        finally
        {
            if (!isThere)
            {
                held.Dispose();
            }
        }
    }

    /// <summary>Fetches a file and compares its hash; once more when it does not fit.</summary>
    private async Task<CachedBlob> FetchAsync(long projectId, BlobReference blob, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < 2; attempt++)
        {
            if (await TryFetchAsync(projectId, blob, cancellationToken) is { } path)
            {
                return _cache.Keep(projectId, blob, path);
            }

            LogDamaged(projectId, blob.Sha256);
        }

        throw _objects.Failures.Damaged(blob);
    }

    private async Task<string?> TryFetchAsync(long projectId, BlobReference blob, CancellationToken cancellationToken)
    {
        var file = _cache.CreateTemporary();
        var isWhole = false;
        try
        {
            isWhole = await ReadIntoAsync(file, projectId, blob, cancellationToken);
            return isWhole ? file.Name : null;
        }
        catch (FileNotFoundException exception)
        {
            throw BlobNames.NotFound(blob, exception);
        }
        finally
        {
            await file.DisposeAsync();
            if (!isWhole)
            {
                File.Delete(file.Name);
            }
        }
    }

    private async Task<bool> ReadIntoAsync(FileStream file, long projectId, BlobReference blob, CancellationToken cancellationToken)
    {
        using var reader = new S3Reader(_objects, KeyOf(projectId, blob), 0, to: null);
        await reader.OpenAsync(cancellationToken);
        if (reader.Length != blob.Length)
        {
            return false;
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[BlobFile.BufferSize];
        int read;
        while ((read = await reader.ReadAsync(buffer, cancellationToken)) > 0)
        {
            hash.AppendData(buffer, 0, read);
            await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset()) == blob.Sha256;
    }

    private string PrefixOf(long projectId) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{projectId}/");

    private string KeyOf(long projectId, BlobReference blob) => $"{PrefixOf(projectId)}{BlobNames.Check(blob.Sha256)[..2]}/{blob.Sha256}";

    /// <summary>The name of the blob under a key; null when it is none of ours.</summary>
    private string? NameIn(string key)
    {
        var parts = key.StartsWith(Prefix, StringComparison.Ordinal) ? key[Prefix.Length..].Split('/') : [];
        return parts.Length == 3 && BlobNames.IsName(parts[2]) && parts[2].StartsWith(parts[1], StringComparison.Ordinal) ? parts[2] : null;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "An upload of {Key} that was cut off was removed from the object storage")]
    private partial void LogAborted(string key);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The file {Sha256} of project {ProjectId} came damaged from the object storage")]
    private partial void LogDamaged(long projectId, string sha256);
}
