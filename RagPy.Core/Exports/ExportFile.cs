namespace RagPy.Core.Exports;

/// <summary>The files of the original, in pipeline order.</summary>
public enum ExportFile
{
    /// <summary><c>output.csv</c>: one row for each PDF with its whole text.</summary>
    Texts = 1,

    /// <summary><c>output_chunks.json</c>: the chunks.</summary>
    Chunks = 2,

    /// <summary><c>output_chunks_with_embeddings.json</c>: chunks with dense vectors.</summary>
    DenseVectors = 3,

    /// <summary><c>output_chunks_with_embeddings_sparse.json</c>: chunks with dense and sparse vectors.</summary>
    SparseVectors = 4,
}
