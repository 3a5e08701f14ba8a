namespace RagPy.Core.Storage;

/// <summary>What does not fit together in a project. Everything empty and zero means that nothing is left over and nothing is missing.</summary>
/// <param name="BlobsWithoutRows">Stored files that no document and no extraction names.</param>
/// <param name="RowsWithoutBlobs">Documents whose file is not stored.</param>
/// <param name="PointsWithoutRows">Points of documents that are gone or of generations that are not current.</param>
/// <param name="DocumentsWithoutPoints">Indexed documents of which the store lacks points.</param>
/// <param name="ChunksWithoutUse">Chunks of generations that are neither current nor being made.</param>
/// <param name="ExtractionsWithoutUse">Cached extractions of files that no document has.</param>
/// <param name="ItemsWithoutDocuments">Items that nothing belongs to.</param>
/// <param name="DocumentsWithoutSession">Documents that no session has.</param>
/// <param name="DocumentsWithoutEnd">Documents that are neither ended nor worked on.</param>
public sealed record AuditReport(
    IReadOnlyList<string> BlobsWithoutRows,
    IReadOnlyList<Guid> RowsWithoutBlobs,
    IReadOnlyList<Guid> PointsWithoutRows,
    IReadOnlyList<Guid> DocumentsWithoutPoints,
    int ChunksWithoutUse,
    int ExtractionsWithoutUse,
    int ItemsWithoutDocuments,
    int DocumentsWithoutSession,
    int DocumentsWithoutEnd
)
{
    /// <summary>Nothing was found.</summary>
    public bool IsClean =>
        BlobsWithoutRows.Count == 0
        && RowsWithoutBlobs.Count == 0
        && PointsWithoutRows.Count == 0
        && DocumentsWithoutPoints.Count == 0
        && ChunksWithoutUse == 0
        && ExtractionsWithoutUse == 0
        && ItemsWithoutDocuments == 0
        && DocumentsWithoutSession == 0
        && DocumentsWithoutEnd == 0;
}
