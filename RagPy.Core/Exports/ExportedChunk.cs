using RagPy.Core.Embedding;

namespace RagPy.Core.Exports;

/// <summary>One chunk as the files show it.</summary>
/// <param name="Number">Counted from 1.</param>
/// <param name="Dense">Null when the file has no dense vectors.</param>
/// <param name="Sparse">Null when the file has no sparse vectors.</param>
internal sealed record ExportedChunk(int Number, string Text, float[]? Dense, SparseVector? Sparse);
