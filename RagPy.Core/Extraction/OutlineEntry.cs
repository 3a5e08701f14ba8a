namespace RagPy.Core.Extraction;

/// <summary>One bookmark.</summary>
/// <param name="Level">Depth from 1.</param>
/// <param name="PageIndex">1-based target page, or null when the bookmark has none.</param>
public sealed record OutlineEntry(int Level, string Title, int? PageIndex);
