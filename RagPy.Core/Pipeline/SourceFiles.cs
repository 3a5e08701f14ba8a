using System.Buffers;
using System.Security.Cryptography;
using RagPy.Core.Sources;
using RagPy.Core.Storage;

namespace RagPy.Core.Pipeline;

/// <summary>Brings the files of a source into the blob store.</summary>
internal sealed class SourceFiles(IBlobStore blobs, PipelineOptions options)
{
    private const int BufferSize = 256 * 1024;

    /// <summary>
    /// Stores a file. One whose size is that of the known version is hashed first: when it is the same, as nearly always, nothing is written. Size and time
    /// alone are not trusted.
    /// </summary>
    /// <returns>The stored file, or why it cannot be had.</returns>
    public async Task<(BlobReference? Blob, Failure? Failure)> StoreAsync(
        long projectId,
        SourceFile file,
        KnownDocument? known,
        CancellationToken cancellationToken
    )
    {
        try
        {
            if (known?.FileHash is { } hash && (file.Length is null || file.Length == known.FileLength))
            {
                var same = new BlobReference(hash, known.FileLength);
                if (await HashAsync(file, cancellationToken) == hash && await blobs.ExistsAsync(projectId, same, cancellationToken))
                {
                    return (same, null);
                }
            }

            await using var content = await file.OpenAsync(cancellationToken);
            return (await blobs.PutAsync(projectId, content, options.MaxFileBytes, cancellationToken), null);
        }
        catch (DocumentFailedException exception)
        {
            return (null, exception.Failure);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return (null, new Failure(FailureCode.MissingFile, "The file is not where the source says it is."));
        }
        catch (UnauthorizedAccessException)
        {
            return (null, new Failure(FailureCode.MissingFile, "The file may not be read: permission denied."));
        }
        catch (InvalidDataException exception)
        {
            return (null, new Failure(FailureCode.Corrupt, $"The archive's entry cannot be read: {exception.Message}"));
        }
    }

    private static async Task<string> HashAsync(SourceFile file, CancellationToken cancellationToken)
    {
        await using var content = await file.OpenAsync(cancellationToken);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            int read;
            while ((read = await content.ReadAsync(buffer, cancellationToken)) > 0)
            {
                hash.AppendData(buffer, 0, read);
            }

            return Convert.ToHexStringLower(hash.GetHashAndReset());
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
