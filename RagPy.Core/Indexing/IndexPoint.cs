using RagPy.Core.Embedding;

namespace RagPy.Core.Indexing;

/// <summary>One chunk as a vector store keeps it.</summary>
/// <param name="Id"><see cref="Uuid5.ForPoint"/> of document, generation and ordinal.</param>
/// <param name="Generation">The build of the document's index points that this one belongs to.</param>
/// <param name="Ordinal">0-based position of the chunk.</param>
/// <param name="Dense">Unit-length vector of the embedder's dimension; empty where the embedder refused the text.</param>
/// <param name="Sparse">Term frequencies and length.</param>
public sealed record IndexPoint(Guid Id, Guid DocumentId, Guid Generation, int Ordinal, ReadOnlyMemory<float> Dense, SparseVector Sparse);
