namespace RagPy.Core.Projects;

/// <summary>Limits of one person; null means no limit of their own.</summary>
public sealed class Quota
{
    public long PersonId { get; set; }

    public int? MaxActiveSessions { get; set; }

    public int? MaxDocuments { get; set; }

    public long? MaxBytes { get; set; }
}
