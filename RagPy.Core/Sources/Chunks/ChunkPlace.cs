namespace RagPy.Core.Sources.Chunks;

/// <summary>Where a chunk lies in the spool.</summary>
/// <param name="Index">Place in its document, from 1.</param>
/// <param name="Length">Bytes of its line; 0 for a chunk without any text, which is left out.</param>
/// <param name="Hash">Of its text.</param>
internal readonly record struct ChunkPlace(int Index, int Length, long Offset, UInt128 Hash);
