namespace RagPy.Core.Projects;

/// <summary>The person is a member of the project, but the role does not allow this.</summary>
public sealed class AccessDeniedException(ProjectRole needed)
    : Exception($"This needs the role {needed.ToString().ToLowerInvariant()} in the project.")
{
    /// <summary>Smallest role that would do.</summary>
    public ProjectRole Needed { get; } = needed;
}
