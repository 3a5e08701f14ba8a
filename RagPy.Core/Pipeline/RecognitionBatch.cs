namespace RagPy.Core.Pipeline;

/// <summary>A batch of pages that a provider reads in its own time. Its row is written before the provider is told anything.</summary>
public sealed class RecognitionBatch
{
    /// <summary>Our name for the job, which the job carries, so that it is found again when an answer was lost.</summary>
    public Guid Id { get; set; }

    public RecognitionBatchState State { get; set; }

    /// <summary>Model that is asked for.</summary>
    public required string Model { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>The provider's id of the uploaded requests.</summary>
    public string? InputFile { get; set; }

    /// <summary>When the job was last asked for.</summary>
    public DateTimeOffset? CreatingAt { get; set; }

    /// <summary>The provider's id of the job.</summary>
    public string? JobId { get; set; }

    /// <summary>When the job was there.</summary>
    public DateTimeOffset? SubmittedAt { get; set; }

    /// <summary>Requests of the job; 0 until the provider has told.</summary>
    public int Requests { get; set; }

    /// <summary>Requests that are carried out.</summary>
    public int Completed { get; set; }

    /// <summary>Not looked at before this time.</summary>
    public DateTimeOffset NextLook { get; set; }

    /// <summary>Failures in the present state.</summary>
    public int Failures { get; set; }

    /// <summary>What went wrong last; null when all goes well.</summary>
    public string? Trouble { get; set; }

    /// <summary>Files of the provider's that are deleted when all is stored.</summary>
    public string[] Leftovers { get; set; } = [];

    public DateTimeOffset? EndedAt { get; set; }
}
