namespace RagPy.Core.Projects;

/// <summary>Membership of a person in a project; the owner is a member too.</summary>
public sealed class ProjectMember
{
    public long ProjectId { get; set; }

    public long PersonId { get; set; }

    public ProjectRole Role { get; set; }

    public DateTimeOffset CreatedAt { get; set; }
}
