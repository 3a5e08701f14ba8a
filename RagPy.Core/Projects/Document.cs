using RagPy.Core.Pipeline;

namespace RagPy.Core.Projects;

/// <summary>One bibliographic item with at most one file, from source to index.</summary>
public sealed class Document
{
    /// <summary>v5 UUID of <see cref="SourceKey"/> in the project's namespace.</summary>
    public Guid Id { get; set; }

    public long ProjectId { get; set; }

    public Guid ItemId { get; set; }

    public DocumentKind Kind { get; set; }

    /// <summary><see cref="Sources.SourceDocument.Key"/>.</summary>
    public required string SourceKey { get; set; }

    public string FileName { get; set; } = "";

    /// <summary>Path of the attachment as the source names it.</summary>
    public string SourcePath { get; set; } = "";

    public string AttachmentTitle { get; set; } = "";

    public string ContentType { get; set; } = "";

    /// <summary>Lower-case hexadecimal SHA-256 of the file, null without a file.</summary>
    public string? FileHash { get; set; }

    public long FileLength { get; set; }

    public DocumentState State { get; set; }

    /// <summary>Last stage begun.</summary>
    public Stage Stage { get; set; }

    public FailureCode? FailureCode { get; set; }

    public string? FailureReason { get; set; }

    /// <summary>
    /// Hash of everything known when the source was read that shapes the result (file or abstract, title, engine, settings). A document that ended
    /// with the same fingerprint needs no work.
    /// </summary>
    public Guid? Fingerprint { get; set; }

    /// <summary>The extraction of the current generation, null before there is one and for abstracts.</summary>
    public long? ExtractionId { get; set; }

    /// <summary>The current generation: the one that search sees. Null when the document is not in the index.</summary>
    public Guid? Generation { get; set; }

    /// <summary>Embedder of the current generation's vectors; empty when there is none, or when it was made before this was noted.</summary>
    public string Embedder { get; set; } = "";

    public int PageCount { get; set; }

    /// <summary>Pages that have no usable text layer.</summary>
    public int NeedsOcrPages { get; set; }

    /// <summary>Chunks of the current generation.</summary>
    public int ChunkCount { get; set; }

    /// <summary>Of these, chunks that the embedder refused: found by their words alone.</summary>
    public int ChunksWithoutVector { get; set; }

    /// <summary>Language used by the analysers: <c>fr</c>, <c>en</c>, or empty for both.</summary>
    public string Language { get; set; } = "";

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }
}
