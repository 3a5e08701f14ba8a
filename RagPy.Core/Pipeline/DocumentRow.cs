using RagPy.Core.Projects;

namespace RagPy.Core.Pipeline;

/// <summary>A document as the source has it now, on its way into its row.</summary>
internal sealed record DocumentRow(
    Guid Id,
    Guid ItemId,
    DocumentKind Kind,
    string SourceKey,
    string FileName,
    string SourcePath,
    string AttachmentTitle,
    string ContentType,
    string? FileHash,
    long FileLength,
    Guid Fingerprint,
    Failure? Failure
);
