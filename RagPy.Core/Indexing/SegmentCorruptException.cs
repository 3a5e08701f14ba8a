namespace RagPy.Core.Indexing;

/// <summary>A segment file that is damaged or gone; the store rebuilds it from PostgreSQL.</summary>
internal sealed class SegmentCorruptException(string message, Exception? inner = null) : Exception(message, inner);
