using Npgsql;
using RagPy.Core.Pipeline;
using RagPy.Core.Storage;

namespace RagPy.Core.Projects;

/// <summary>Brings in what people upload.</summary>
public sealed class UploadService(
    NpgsqlDataSource dataSource,
    IBlobStore blobs,
    ProjectAccess access,
    TaskService tasks,
    PipelineOptions options
)
{
    /// <summary>Largest sum of an upload's files, in bytes.</summary>
    public long MaxBytes => options.MaxUploadBytes;

    private string Folder => options.UploadDirectory.Length > 0 ? options.UploadDirectory : Path.Combine(options.DataDirectory, "uploads");

    /// <summary>Begins an upload; the caller adds files and disposes it.</summary>
    /// <exception cref="NotFoundException">No such project for this person.</exception>
    /// <exception cref="AccessDeniedException">The person may only look.</exception>
    /// <exception cref="TooManySessionsException">As many sessions are in work as may be at once.</exception>
    public async Task<UploadPackage> BeginAsync(long personId, long projectId, CancellationToken cancellationToken)
    {
        await access.RequireAsync(personId, projectId, ProjectRole.Collaborator, cancellationToken);
        await tasks.RequireRoomAsync(projectId, location: null, cancellationToken);
        return new UploadPackage(Folder, MaxBytes);
    }

    /// <summary>Checks an upload, stores it in the project and starts a task on it. The same bytes again bring the same session up to date.</summary>
    /// <param name="name">Name of the session, when it is new; null for the upload's own.</param>
    /// <param name="vectorsOf">Which model made the vectors of a chunk file, as <see cref="Sources.Chunks.GivenModel.Parse"/> gives it; null when nobody says.</param>
    /// <exception cref="UploadRefusedException">It cannot be read as a source; nothing of it is kept.</exception>
    /// <exception cref="NotFoundException">No such project for this person.</exception>
    /// <exception cref="AccessDeniedException">The person may only look.</exception>
    public async Task<PipelineTask> FinishAsync(
        long personId,
        long projectId,
        UploadPackage upload,
        string? name,
        CancellationToken cancellationToken,
        string? vectorsOf = null
    )
    {
        return await StoreAsync(
            personId,
            projectId,
            upload,
            name,
            vectorsOf,
            (location, request) => tasks.StartAsync(projectId, personId, location, request, cancellationToken),
            cancellationToken
        );
    }

    /// <summary>As <see cref="FinishAsync"/>, but begins nothing: somebody wants to know first what it may cost.</summary>
    /// <returns>The session's id.</returns>
    public Task<long> KeepAsync(
        long personId,
        long projectId,
        UploadPackage upload,
        string? name,
        CancellationToken cancellationToken,
        string? vectorsOf = null
    ) =>
        StoreAsync(
            personId,
            projectId,
            upload,
            name,
            vectorsOf,
            (location, request) => tasks.KeepAsync(projectId, personId, location, request, cancellationToken),
            cancellationToken
        );

    private async Task<T> StoreAsync<T>(
        long personId,
        long projectId,
        UploadPackage upload,
        string? name,
        string? vectorsOf,
        Func<string, TaskRequest, Task<T>> go,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(upload);
        await access.RequireAsync(personId, projectId, ProjectRole.Collaborator, cancellationToken);
        await upload.CompleteAsync(cancellationToken);
        // Until the session's row names the file, a clean-up would take it for refuse.
        await using var held = await AdvisoryLock.AcquireAsync(dataSource, AdvisoryLocks.Blobs(projectId), shared: true, cancellationToken);
        var blob = await blobs.TakeAsync(projectId, upload.Path, cancellationToken);
        var request = new TaskRequest(string.IsNullOrWhiteSpace(name) ? upload.Name : name.Trim(), VectorsOf: vectorsOf);
        return await go(UploadLocation.Of(blob), request);
    }

    /// <summary>Removes what uploads that were cut off with their process have left.</summary>
    /// <param name="idle">Files that were not written to for this long belong to nobody.</param>
    public void Sweep(TimeSpan idle)
    {
        var folder = new DirectoryInfo(Folder);
        foreach (var file in folder.Exists ? folder.EnumerateFiles() : [])
        {
            if (DateTime.UtcNow - file.LastWriteTimeUtc > idle)
            {
                file.Delete();
            }
        }
    }
}
