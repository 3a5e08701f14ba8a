namespace RagPy.Core.Chunking;

/// <summary>How long chunks are; part of the generation. The defaults are the original's.</summary>
/// <param name="Size">Tokens a chunk may have, counted as the sum of its pieces; at least 1.</param>
/// <param name="Overlap">Tokens at the end of a chunk that the next one may repeat; from 0 to <paramref name="Size"/>.</param>
public sealed record ChunkSettings(int Size = 1000, int Overlap = 150);
