using System.Buffers;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using RagPy.Core.Pipeline;

namespace RagPy.Core.Storage;

/// <summary>
/// Files under <c>&lt;root&gt;/&lt;project&gt;/&lt;first two hexadecimal digits&gt;/&lt;sha256&gt;</c>. A file is written beside its place, flushed to the
/// disk and renamed, so that a name with a hash always holds the whole file, whatever ended the process.
/// </summary>
/// <param name="root">Folder of all blobs; made when missing.</param>
public sealed class FolderBlobStore(string root) : IBlobStore
{
    private const int BufferSize = 128 * 1024;
    private const string TemporaryFolder = "incoming";
    private readonly string _root = Path.GetFullPath(root);

    /// <inheritdoc/>
    public async Task<BlobReference> PutAsync(long projectId, Stream content, long maxBytes, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(content);
        var incoming = Directory.CreateDirectory(Path.Combine(ProjectFolder(projectId), TemporaryFolder)).FullName;
        var temporary = Path.Combine(incoming, Guid.NewGuid().ToString("n"));
        try
        {
            var blob = await WriteAsync(temporary, content, maxBytes, cancellationToken);
            var target = PathOf(projectId, blob.Sha256);
            if (!File.Exists(target))
            {
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                File.Move(temporary, target, overwrite: true);
            }

            return blob;
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <inheritdoc/>
    public async Task<BlobReference> TakeAsync(long projectId, string path, CancellationToken cancellationToken)
    {
        BlobReference blob;
        await using (var content = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 0, useAsync: true))
        {
            blob = new BlobReference(Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellationToken)), content.Length);
            RandomAccess.FlushToDisk(content.SafeFileHandle);
        }

        var target = PathOf(projectId, blob.Sha256);
        if (!File.Exists(target))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Move(path, target, overwrite: true);
        }

        return blob;
    }

    /// <inheritdoc/>
    public Task<Stream> OpenAsync(long projectId, BlobReference blob, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(blob);
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            return Task.FromResult<Stream>(
                new FileStream(
                    PathOf(projectId, blob.Sha256),
                    FileMode.Open,
                    FileAccess.Read,
                    FileShare.Read | FileShare.Delete,
                    BufferSize,
                    useAsync: true
                )
            );
        }
        catch (DirectoryNotFoundException exception)
        {
            throw new FileNotFoundException($"The project has no file {blob.Sha256}.", blob.Sha256, exception);
        }
    }

    /// <inheritdoc/>
    public Task<LocalBlob> GetLocalAsync(long projectId, BlobReference blob, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(blob);
        cancellationToken.ThrowIfCancellationRequested();
        var path = PathOf(projectId, blob.Sha256);
        return File.Exists(path)
            ? Task.FromResult(new LocalBlob(path))
            : throw new FileNotFoundException($"The project has no file {blob.Sha256}.", blob.Sha256);
    }

    /// <inheritdoc/>
    public Task RemoveAsync(long projectId, BlobReference blob, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(blob);
        cancellationToken.ThrowIfCancellationRequested();
        var path = PathOf(projectId, blob.Sha256);
        if (File.Exists(path))
        {
            File.Delete(path);
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task RemoveProjectAsync(long projectId, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var folder = ProjectFolder(projectId);
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<BlobReference> ListAsync(long projectId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var folder = new DirectoryInfo(ProjectFolder(projectId));
        if (!folder.Exists)
        {
            yield break;
        }

        foreach (var prefix in folder.EnumerateDirectories("??"))
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (var file in prefix.EnumerateFiles())
            {
                yield return new BlobReference(file.Name, file.Length);
            }

            await Task.Yield();
        }
    }

    private static async Task<BlobReference> WriteAsync(string path, Stream content, long maxBytes, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 0, useAsync: true);
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

            file.Flush(flushToDisk: true);
            return new BlobReference(Convert.ToHexStringLower(hash.GetHashAndReset()), length);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private string ProjectFolder(long projectId) =>
        Path.Combine(_root, projectId.ToString(System.Globalization.CultureInfo.InvariantCulture));

    private string PathOf(long projectId, string sha256)
    {
        if (sha256 is not { Length: 64 } || !sha256.All(char.IsAsciiHexDigitLower))
        {
            throw new ArgumentException("A blob is named by 64 lower-case hexadecimal digits.", nameof(sha256));
        }

        return Path.Combine(ProjectFolder(projectId), sha256[..2], sha256);
    }
}
