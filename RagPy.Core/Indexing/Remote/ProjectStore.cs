namespace RagPy.Core.Indexing.Remote;

/// <summary>A store that holds, or may hold, points of a project. The row is committed before the first point is written and goes after the last is removed.</summary>
public sealed class ProjectStore
{
    public long ProjectId { get; set; }

    /// <summary>Kind of store.</summary>
    public required string Store { get; set; }

    /// <summary>What the project's points are kept under there. Random in part: several installations may share one server.</summary>
    public string Name { get; set; } = "";

    /// <summary>What the store has frozen for the project, in the store's own form (JSON); null where it keeps that itself, or has nothing yet.</summary>
    public string? State { get; set; }

    /// <summary>Since when the project's searches go elsewhere; the points are to be removed.</summary>
    public DateTimeOffset? RetiredAt { get; set; }
}
