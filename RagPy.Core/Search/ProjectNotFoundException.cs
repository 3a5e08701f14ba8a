namespace RagPy.Core.Search;

/// <summary>The project does not exist, or is being deleted.</summary>
public sealed class ProjectNotFoundException(long projectId) : Exception($"There is no project {projectId}.")
{
    public long ProjectId { get; } = projectId;
}
