namespace RagPy.Core.Extraction;

/// <summary>A finished extraction, kept for reuse within the project. Its pages are written in the same transaction, so half an extraction is never seen.</summary>
public sealed class Extraction
{
    public long Id { get; set; }

    public long ProjectId { get; set; }

    public required string FileHash { get; set; }

    public required string Engine { get; set; }

    public required string EngineVersion { get; set; }

    /// <summary>Hash of the options that shape the text.</summary>
    public required string Options { get; set; }

    public int PageCount { get; set; }

    public int NeedsOcrPages { get; set; }

    /// <summary><see cref="DocumentStructure"/> as JSON.</summary>
    public required string Structure { get; set; }

    public DateTimeOffset CreatedAt { get; set; }
}
