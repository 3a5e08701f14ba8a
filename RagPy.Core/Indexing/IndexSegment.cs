namespace RagPy.Core.Indexing;

/// <summary>An immutable segment file of the embedded store. The row is written after the file is durable; a file without a row is refuse.</summary>
public sealed class IndexSegment
{
    public Guid Id { get; set; }

    public long ProjectId { get; set; }

    public int Dimension { get; set; }

    public int PointCount { get; set; }

    /// <summary>Size of the file.</summary>
    public long Bytes { get; set; }

    public DateTimeOffset CreatedAt { get; set; }
}
