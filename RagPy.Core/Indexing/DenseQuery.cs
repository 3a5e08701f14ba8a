namespace RagPy.Core.Indexing;

/// <summary>The dense side of a query.</summary>
internal readonly record struct DenseQuery(ReadOnlyMemory<float> Vector, int Top);
