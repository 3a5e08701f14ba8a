namespace RagPy.Core.Estimates;

/// <summary>What a project has of one document.</summary>
/// <param name="Length">Size of the file it was made from.</param>
/// <param name="IsDone">It is in the index.</param>
/// <param name="Pages">Pages of its last extraction; null when there is none.</param>
/// <param name="Generation">The generation whose passages are there; null when there are none.</param>
/// <param name="Embedder">Whose vectors that generation has or is to have.</param>
internal sealed record KnownWork(long Length, bool IsDone, int? Pages, Guid? Generation, string Embedder);
