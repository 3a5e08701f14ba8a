namespace RagPy.Core.Exports;

/// <summary>Names of the original's files.</summary>
public static class ExportFiles
{
    /// <summary>Every file, in pipeline order.</summary>
    public static IReadOnlyList<ExportFile> All { get; } = Enum.GetValues<ExportFile>();

    /// <summary>The name that the original gives the file.</summary>
    public static string FileName(this ExportFile file) =>
        file switch
        {
            ExportFile.Texts => "output.csv",
            ExportFile.Chunks => "output_chunks.json",
            ExportFile.DenseVectors => "output_chunks_with_embeddings.json",
            ExportFile.SparseVectors => "output_chunks_with_embeddings_sparse.json",
            _ => throw new ArgumentOutOfRangeException(nameof(file), file, null),
        };

    /// <summary>Media type of the file.</summary>
    public static string MediaType(this ExportFile file) => file == ExportFile.Texts ? "text/csv" : "application/json";
}
