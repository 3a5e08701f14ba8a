using RagPy.Core.Embedding;

namespace RagPy.Core.Indexing;

/// <summary>One query against the points of one project.</summary>
/// <param name="ProjectId">Checked before by the caller; the store never looks outside it.</param>
/// <param name="Dense">Unit-length query vector, or null for no dense side.</param>
/// <param name="Sparse">Query terms, or null for no sparse side.</param>
/// <param name="Top">Hits wanted of each side.</param>
/// <param name="Documents">Only points of these documents; null for all.</param>
public sealed record StoreQuery(long ProjectId, ReadOnlyMemory<float>? Dense, SparseVector? Sparse, int Top, IReadOnlySet<Guid>? Documents);
