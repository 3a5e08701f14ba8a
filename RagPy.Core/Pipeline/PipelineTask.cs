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

    /// <summary>Documents the task has taken on so far: those with a work item.</summary>
    public int Documents { get; set; }

    /// <summary>Documents the source had for the first time.</summary>
    public int Added { get; set; }

    /// <summary>Documents known before that were taken up again: file, title or settings changed, or the last run did not end them.</summary>
    public int Changed { get; set; }

    /// <summary>Documents that needed no work.</summary>
    public int Unchanged { get; set; }

    /// <summary>Documents deleted because the source has them no longer.</summary>
    public int Removed { get; set; }

    public int DocumentsDone { get; set; }

    public int DocumentsFailed { get; set; }

    /// <summary>Pages read by this task, cached ones included.</summary>
    public int PagesDone { get; set; }

    /// <summary>Take failed documents up again, also those that failed for good.</summary>
    public bool RetryFailed { get; set; }

    /// <summary>True once the source has been read to its end, so that <see cref="Documents"/> is final.</summary>
    public bool SourceRead { get; set; }

    /// <summary>Why the task failed or was taken over, for people.</summary>
    public string? Error { get; set; }

    /// <summary>What was taken from the source in another way than it stands there, in sentences.</summary>
    public string[] Notes { get; set; } = [];

    /// <summary>Trace of the request that asked for it, to which the work on it belongs: W3C <c>traceparent</c>, 55 characters.</summary>
    public string? TraceParent { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset? StartedAt { get; set; }

    public DateTimeOffset? FinishedAt { get; set; }

    public DateTimeOffset? CancelRequestedAt { get; set; }
}
