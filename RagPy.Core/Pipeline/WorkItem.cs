namespace RagPy.Core.Pipeline;

/// <summary>One document's way through the stages of a task: one row, whose stage advances. A document has at most one open row.</summary>
public sealed class WorkItem
{
    public long Id { get; set; }

    public long TaskId { get; set; }

    public long ProjectId { get; set; }

    public long SessionId { get; set; }

    public long PersonId { get; set; }

    /// <summary>Null for reading the source.</summary>
    public Guid? DocumentId { get; set; }

    public Stage Stage { get; set; }

    public WorkItemState State { get; set; }

    public int Priority { get; set; }

    /// <summary>The generation being built, fixed when the chunk stage begins.</summary>
    public Guid? Generation { get; set; }

    /// <summary>The extraction whose pages are used, set when the extract stage ends; null for abstracts.</summary>
    public long? ExtractionId { get; set; }

    /// <summary>Embedder of the generation's vectors, noted when the embed stage ends.</summary>
    public string? Embedder { get; set; }

    /// <summary>Claims in the present stage that did not end it, e.g. because the worker died.</summary>
    public int Attempts { get; set; }

    /// <summary>Transient failures in the present stage.</summary>
    public int Failures { get; set; }

    /// <summary>Not claimed before this time (backoff, Retry-After).</summary>
    public DateTimeOffset NotBefore { get; set; }

    /// <summary>When the lease ends unless a heartbeat moves it.</summary>
    public DateTimeOffset? LeaseUntil { get; set; }

    /// <summary>Grows with every claim; a completion that names an older one changes nothing.</summary>
    public long Fence { get; set; }

    /// <summary>Worker that holds the lease.</summary>
    public int? WorkerId { get; set; }

    public FailureCode? FailureCode { get; set; }

    public string? FailureReason { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }
}
