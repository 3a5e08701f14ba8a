using RagPy.Core.CleanUp;
using RagPy.Core.Pipeline;

namespace RagPy.Core.Chunking;

/// <summary>A chunk of one generation of a document, with its vectors once they are made.</summary>
public sealed class StoredChunk
{
    public Guid DocumentId { get; set; }

    public Guid Generation { get; set; }

    public int Ordinal { get; set; }

    /// <summary><see cref="Uuid5.ForPoint"/>; also the id of the point.</summary>
    public Guid Id { get; set; }

    public long ProjectId { get; set; }

    public required string Text { get; set; }

    /// <summary>What a chat model made of <see cref="Text"/>, which is then embedded and analysed in its place; null where that is the raw text. Never quoted.</summary>
    public string? CleanText { get; set; }

    /// <summary>What became of the chunk in the clean-up; null while it waits for it, and where there is none.</summary>
    public CleanUpOutcome? CleanOutcome { get; set; }

    /// <summary>Flattened <see cref="TextSpan"/>s: page index, start, end, page index, …</summary>
    public int[] Spans { get; set; } = [];

    public string[] HeadingPath { get; set; } = [];

    public int TokenCount { get; set; }

    public bool IsReferences { get; set; }

    /// <summary>Little-endian 32-bit floats, unit length; null until embedded, and where the embedder refused the text.</summary>
    public byte[]? Dense { get; set; }

    /// <summary>Encoded <see cref="Embedding.SparseVector"/>; null until embedded.</summary>
    public byte[]? Sparse { get; set; }

    /// <summary>Why the embedder gave no vector; null where it did, or is still to be asked.</summary>
    public FailureCode? VectorFailureCode { get; set; }

    /// <summary>The same as a sentence.</summary>
    public string? VectorFailureReason { get; set; }
}
