namespace RagPy.Core.Pipeline;

/// <summary>A work item whose generation goes into the index.</summary>
/// <param name="Chunks">Chunks of the generation.</param>
/// <param name="WithoutVector">Of these, chunks that the embedder refused.</param>
internal sealed record IndexedItem(ClaimedItem Item, int Chunks, int WithoutVector);
