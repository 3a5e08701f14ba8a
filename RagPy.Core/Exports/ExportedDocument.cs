using RagPy.Core.Sources.Csv;

namespace RagPy.Core.Exports;

/// <summary>What the files say of one document apart from its text.</summary>
/// <param name="Fields">Values of <see cref="OriginalColumns.Metadata"/>, in that order.</param>
/// <param name="Provider">The original's word for what gave the text.</param>
/// <param name="Chunks">Chunks of the current generation.</param>
internal sealed record ExportedDocument(
    Guid Id,
    Guid Generation,
    long? ExtractionId,
    int Position,
    IReadOnlyList<string> Fields,
    string Provider,
    int Chunks
);
