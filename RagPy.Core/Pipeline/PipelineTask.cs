namespace RagPy.Core.Pipeline;

/// <summary>A request to run stages on a session.</summary>
public sealed class PipelineTask
{
    public long Id { get; set; }

    public long ProjectId { get; set; }

    public long SessionId { get; set; }

    /// <summary>Who asked; fairness takes turns between people.</summary>
    public long PersonId { get; set; }

    public TaskState State { get; set; }

    /// <summary>Last stage wanted.</summary>
    public Stage LastStage { get; set; } = Stage.Index;

    /// <summary>Larger goes first among one person's tasks.</summary>
    public int Priority { get; set; }

    /// <summary>Documents the task has taken on so far.</summary>
    public int Documents { get; set; }

    public int DocumentsDone { get; set; }

    public int DocumentsFailed { get; set; }

    /// <summary>Pages read by this task, cached ones included.</summary>
    public int PagesDone { get; set; }

    /// <summary>True once the source has been read to its end, so that <see cref="Documents"/> is final.</summary>
    public bool SourceRead { get; set; }

    public string? Error { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset? StartedAt { get; set; }

    public DateTimeOffset? FinishedAt { get; set; }

    public DateTimeOffset? CancelRequestedAt { get; set; }
}
