namespace RagPy.Core.Indexing;

/// <summary>
/// Keeps the points of projects. Writing is idempotent: the same generation written twice is there once.
/// Which generation of a document is current is said by the document's row in PostgreSQL, never by the store.
/// </summary>
public interface IVectorStore
{
    /// <summary>Stable name: <c>embedded</c>, <c>qdrant</c>, …</summary>
    string Kind { get; }

    /// <summary>Writes whole generations of one or more documents; durable when it returns.</summary>
    /// <param name="points">All points of each generation in it, grouped by document.</param>
    Task WriteAsync(long projectId, IReadOnlyList<IndexPoint> points, CancellationToken cancellationToken);

    /// <summary>
    /// Whether a project's store takes points without a dense vector, which are then found by their words. One that does not leaves them out of what it is given to
    /// write.
    /// </summary>
    Task<bool> TakesPointsWithoutVectorAsync(long projectId, CancellationToken cancellationToken) => Task.FromResult(true);

    /// <summary>Number of points the store holds of one generation of a document.</summary>
    Task<int> CountAsync(long projectId, Guid documentId, Guid generation, CancellationToken cancellationToken);

    /// <summary>Removes what is not current: points of the given documents whose generation is not their row's, and of documents that are gone.</summary>
    /// <param name="documentIds">Documents to look at.</param>
    Task RemoveStaleAsync(long projectId, IReadOnlyCollection<Guid> documentIds, CancellationToken cancellationToken);

    /// <summary>Removes everything of a project.</summary>
    Task RemoveProjectAsync(long projectId, CancellationToken cancellationToken);

    /// <summary>Best points of the project's current generations.</summary>
    Task<StoreAnswer> QueryAsync(StoreQuery query, CancellationToken cancellationToken);

    /// <summary>
    /// Does what keeps a project's searches fast and right after much was written: merges, freezes statistics anew. Called between writes, by who holds no lock
    /// of the project; mostly there is nothing to do.
    /// </summary>
    Task MaintainAsync(long projectId, CancellationToken cancellationToken);

    /// <summary>Names of all points the store holds, current or not, without their vectors; for the audit job.</summary>
    IAsyncEnumerable<PointName> ListAsync(long projectId, CancellationToken cancellationToken);

    /// <summary>Every point the store holds, current or not, with its vectors.</summary>
    IAsyncEnumerable<IndexPoint> ScanAsync(long projectId, CancellationToken cancellationToken);
}
