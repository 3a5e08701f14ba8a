namespace RagPy.Extractor.Document;

/// <summary>What is kept of a page until the last one is read.</summary>
/// <param name="Index">1-based.</param>
/// <param name="Length">UTF-16 units of its text.</param>
internal sealed record PageDigest(int Index, float Width, float Height, int Length, DigestLine[] Lines);
