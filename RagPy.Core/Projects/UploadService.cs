using Npgsql;
using RagPy.Core.Pipeline;
using RagPy.Core.Storage;

namespace RagPy.Core.Projects;

/// <summary>Brings in what people upload.</summary>
public sealed class UploadService(NpgsqlDataSource dataSource, IBlobStore blobs, ProjectAccess access, TaskService tasks)
{
    /// <summary>Stores a checked archive in the project and starts a task on it. The same bytes again bring the same session up to date.</summary>
    /// <param name="name">Name of the session, when it is new.</param>
    /// <param name="archive">A ZIP that <see cref="Sources.SourceFactory"/> can open.</param>
    /// <exception cref="NotFoundException">No such project for this person.</exception>
    /// <exception cref="AccessDeniedException">The person may only look.</exception>
    public async Task<PipelineTask> BringInAsync(
        long personId,
        long projectId,
        string name,
        Stream archive,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(archive);
        await access.RequireAsync(personId, projectId, ProjectRole.Collaborator, cancellationToken);
        // Until the session's row names the file, a clean-up would take it for refuse.
        await using var held = await AdvisoryLock.AcquireAsync(dataSource, AdvisoryLocks.Blobs(projectId), shared: true, cancellationToken);
        var blob = await blobs.PutAsync(projectId, archive, long.MaxValue, cancellationToken);

        return await tasks.StartAsync(projectId, personId, UploadLocation.Of(blob), new TaskRequest(name), cancellationToken);
    }
}
