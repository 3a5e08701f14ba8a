namespace RagPy.Core.Indexing;

/// <summary>What PostgreSQL knows of a segment file.</summary>
internal readonly record struct SegmentRow(Guid Id, int Dimension, int PointCount, long Bytes);
