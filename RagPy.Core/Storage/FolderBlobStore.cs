using System.Globalization;
using System.Runtime.CompilerServices;

namespace RagPy.Core.Storage;

/// <summary>
/// Files under <c>&lt;root&gt;/&lt;project&gt;/&lt;first two hexadecimal digits&gt;/&lt;sha256&gt;</c>. A file is written beside its place, flushed to the
/// disk and renamed, so that a name with a hash always holds the whole file, whatever ended the process.
/// </summary>
/// <param name="root">Folder of all blobs; made when missing.</param>
public sealed class FolderBlobStore(string root) : IBlobStore
{
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
        await using (var content = BlobFile.OpenRead(path))
        {
            blob = await BlobFile.HashAsync(content, cancellationToken);
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
            return Task.FromResult<Stream>(BlobFile.OpenRead(PathOf(projectId, blob.Sha256), BlobFile.BufferSize));
        }
        catch (DirectoryNotFoundException exception)
        {
            throw BlobNames.NotFound(blob, exception);
        }
    }

    /// <inheritdoc/>
    public Task<LocalBlob> GetLocalAsync(long projectId, BlobReference blob, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(blob);
        cancellationToken.ThrowIfCancellationRequested();
        var path = PathOf(projectId, blob.Sha256);
        return File.Exists(path) ? Task.FromResult(new LocalBlob(path)) : throw BlobNames.NotFound(blob);
    }

    /// <inheritdoc/>
    public Task<bool> ExistsAsync(long projectId, BlobReference blob, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(blob);
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(File.Exists(PathOf(projectId, blob.Sha256)));
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

    /// <inheritdoc/>
    public Task SweepAsync(TimeSpan idle, CancellationToken cancellationToken)
    {
        var root = new DirectoryInfo(_root);
        foreach (var project in root.Exists ? root.EnumerateDirectories() : [])
        {
            var incoming = new DirectoryInfo(Path.Combine(project.FullName, TemporaryFolder));
            foreach (var file in incoming.Exists ? incoming.EnumerateFiles() : [])
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (DateTime.UtcNow - file.LastWriteTimeUtc > idle)
                {
                    file.Delete();
                }
            }
        }

        return Task.CompletedTask;
    }

    private static async Task<BlobReference> WriteAsync(string path, Stream content, long maxBytes, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 0, useAsync: true);
        var blob = await BlobFile.WriteAsync(file, content, maxBytes, cancellationToken);
        file.Flush(flushToDisk: true);
        return blob;
    }

    private string ProjectFolder(long projectId) => Path.Combine(_root, projectId.ToString(CultureInfo.InvariantCulture));

    private string PathOf(long projectId, string sha256) => Path.Combine(ProjectFolder(projectId), BlobNames.Check(sha256)[..2], sha256);
}
