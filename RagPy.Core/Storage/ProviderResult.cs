using RagPy.Core.Pipeline;

namespace RagPy.Core.Storage;

/// <summary>
/// What a provider was paid for, kept by everything that shaped it, so that it is not asked for again in this project (DESIGN §4.3). It belongs to the
/// document it was first made for and goes with it.
/// </summary>
public sealed class ProviderResult
{
    public long ProjectId { get; set; }

    /// <summary>Hash of model, settings and text.</summary>
    public Guid Key { get; set; }

    public Guid DocumentId { get; set; }

    /// <summary>A vector (<see cref="Embedding.DenseVectorCodec"/>), or text in UTF-8; empty where the provider refused.</summary>
    public required byte[] Value { get; set; }

    /// <summary>Why a text was refused, which nobody paid for: it is not offered again unless a person asks for it. Null for a result.</summary>
    public FailureCode? FailureCode { get; set; }

    /// <summary>The same as a sentence.</summary>
    public string? FailureReason { get; set; }

    public DateTimeOffset CreatedAt { get; set; }
}
