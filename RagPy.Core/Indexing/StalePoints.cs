namespace RagPy.Core.Indexing;

/// <summary>
/// A document whose points in the store may hold more than its current generation. The row is committed before points are written and goes
/// when the store has been cleaned, so that a process that dies in between leaves nothing unknown behind.
/// </summary>
public sealed class StalePoints
{
    public long ProjectId { get; set; }

    public Guid DocumentId { get; set; }
}
