namespace RagPy.Core.Storage;

/// <summary>
/// Files by content, apart for each project: the same bytes are kept once per project and never shared across projects. A store that is reached over a network
/// throws <see cref="Pipeline.TransientFailureException"/> where it is away or refuses.
/// </summary>
public interface IBlobStore
{
    /// <summary>Stores the stream's bytes; hashes while reading and stops at the limit.</summary>
    /// <param name="maxBytes">Largest size accepted.</param>
    /// <exception cref="Pipeline.DocumentFailedException"><c>too_large</c> or <c>empty</c>; nothing is left behind.</exception>
    Task<BlobReference> PutAsync(long projectId, Stream content, long maxBytes, CancellationToken cancellationToken);

    /// <summary>Stores a file of this machine, which may be moved instead of copied: afterwards it is no longer the caller's, and may be gone.</summary>
    /// <param name="path">Not empty; nobody writes to it any more.</param>
    async Task<BlobReference> TakeAsync(long projectId, string path, CancellationToken cancellationToken)
    {
        await using var content = BlobFile.OpenRead(path);
        return await PutAsync(projectId, content, long.MaxValue, cancellationToken);
    }

    /// <summary>Opens a stored file for reading (seekable).</summary>
    /// <exception cref="FileNotFoundException">The project has no such file.</exception>
    Task<Stream> OpenAsync(long projectId, BlobReference blob, CancellationToken cancellationToken);

    /// <summary>A local path of the file, valid until the lease is disposed.</summary>
    Task<LocalBlob> GetLocalAsync(long projectId, BlobReference blob, CancellationToken cancellationToken);

    /// <summary>Whether the project has this file.</summary>
    Task<bool> ExistsAsync(long projectId, BlobReference blob, CancellationToken cancellationToken);

    /// <summary>Removes one file; nothing happens when it is not there.</summary>
    Task RemoveAsync(long projectId, BlobReference blob, CancellationToken cancellationToken);

    /// <summary>Removes files, as the other.</summary>
    async Task RemoveAsync(long projectId, IReadOnlyList<BlobReference> blobs, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(blobs);
        foreach (var blob in blobs)
        {
            await RemoveAsync(projectId, blob, cancellationToken);
        }
    }

    /// <summary>Removes every file of a project.</summary>
    Task RemoveProjectAsync(long projectId, CancellationToken cancellationToken);

    /// <summary>Every file of a project, for the audit job.</summary>
    IAsyncEnumerable<BlobReference> ListAsync(long projectId, CancellationToken cancellationToken);

    /// <summary>Removes what processes that were ended in the middle of writing have left; called now and then.</summary>
    /// <param name="idle">What was not written to for this long belongs to nobody.</param>
    Task SweepAsync(TimeSpan idle, CancellationToken cancellationToken);

    /// <summary>Why files cannot be stored or read at the moment, as a sentence for whoever runs the service; null when they can.</summary>
    Task<string?> FindProblemAsync(CancellationToken cancellationToken) => Task.FromResult<string?>(null);
}
