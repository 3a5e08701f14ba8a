namespace RagPy.Core.Indexing.Remote;

/// <summary>A part of a scroll.</summary>
/// <param name="Next">Where the next part begins; null after the last.</param>
internal sealed record QdrantPage<T>(List<T> Points, string? Next);
