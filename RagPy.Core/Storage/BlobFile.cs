using System.Buffers;
using System.Security.Cryptography;
using RagPy.Core.Pipeline;

namespace RagPy.Core.Storage;

/// <summary>Files on their way into a blob store.</summary>
internal static class BlobFile
{
    public const int BufferSize = 128 * 1024;

    /// <summary>Writes a stream to a file; hashes while reading and stops at the limit.</summary>
    /// <param name="maxBytes">Largest size accepted.</param>
    /// <exception cref="DocumentFailedException"><c>too_large</c> or <c>empty</c>.</exception>
    public static async Task<BlobReference> WriteAsync(FileStream file, Stream content, long maxBytes, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            long length = 0;
            int read;
            while ((read = await content.ReadAsync(buffer, cancellationToken)) > 0)
            {
                length += read;
                if (length > maxBytes)
                {
                    throw new DocumentFailedException(FailureCode.TooLarge, $"The file is larger than the limit of {maxBytes:N0} bytes.");
                }

                hash.AppendData(buffer, 0, read);
                await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            }

            if (length == 0)
            {
                throw new DocumentFailedException(FailureCode.Empty, "The file is empty (0 bytes).");
            }

            return new BlobReference(Convert.ToHexStringLower(hash.GetHashAndReset()), length);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>What a file of this machine would be named.</summary>
    public static async Task<BlobReference> HashAsync(FileStream file, CancellationToken cancellationToken) =>
        new(Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken)), file.Length);

    /// <summary>Opens a file for reading, as one that others may read, move and remove meanwhile.</summary>
    public static FileStream OpenRead(string path, int bufferSize = 0) =>
        new(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize, useAsync: true);
}
