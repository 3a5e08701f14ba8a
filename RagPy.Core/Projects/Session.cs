namespace RagPy.Core.Projects;

/// <summary>One source brought into a project, with its settings. Bringing the same source again updates its session.</summary>
public sealed class Session
{
    public long Id { get; set; }

    public long ProjectId { get; set; }

    public required string Name { get; set; }

    /// <summary>Kind of source, as <see cref="Sources.ISource.Kind"/> says.</summary>
    public required string SourceKind { get; set; }

    /// <summary>Where the source is: a full path on the worker's host, later also a stored upload. Unique in the project.</summary>
    public required string SourceLocation { get; set; }

    /// <summary>JSON object of settings that differ from the defaults.</summary>
    public string Settings { get; set; } = "{}";

    /// <summary>US dollars that runs of this session may cost in all; null for the default (RAGPY_SPENDING_CAP).</summary>
    public decimal? SpendingCap { get; set; }

    public long CreatedBy { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>When archives, stage files and exports may be removed (SESSION_TTL_HOURS); never the indexed library.</summary>
    public DateTimeOffset? ExpiresAt { get; set; }

    public bool CleanedUp { get; set; }
}
