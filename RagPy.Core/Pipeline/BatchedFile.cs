namespace RagPy.Core.Pipeline;

/// <summary>
/// Pages of a file that are to be read in a batch, or were. It names project and document without referring to them, so that what was paid for a document that is
/// deleted meanwhile is still entered in the ledger.
/// </summary>
public sealed class BatchedFile
{
    public long Id { get; set; }

    /// <summary>Null while it waits.</summary>
    public Guid? BatchId { get; set; }

    public BatchedFileState State { get; set; }

    public long ProjectId { get; set; }

    public long SessionId { get; set; }

    public long PersonId { get; set; }

    public long TaskId { get; set; }

    public Guid DocumentId { get; set; }

    public required string FileHash { get; set; }

    public long FileLength { get; set; }

    /// <summary>Model that is asked for.</summary>
    public required string Model { get; set; }

    /// <summary>Version of the engine, which is part of the pages' keys.</summary>
    public required string Version { get; set; }

    /// <summary>1-based, ascending.</summary>
    public int[] Pages { get; set; } = [];

    /// <summary>What the pages will cost in US dollars, held against caps until it is paid; null when that is not known.</summary>
    public decimal? Cost { get; set; }

    /// <summary>Batches before this one that ended without success.</summary>
    public int Attempt { get; set; }

    /// <summary>The provider's id of the uploaded file.</summary>
    public string? Uploaded { get; set; }

    /// <summary>Since when it waits.</summary>
    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset? ClosedAt { get; set; }
}
