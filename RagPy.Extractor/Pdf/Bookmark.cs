namespace RagPy.Extractor.Pdf;

/// <summary>An entry of the outline.</summary>
/// <param name="Level">Depth from 1.</param>
/// <param name="Page">1-based target, or null.</param>
internal readonly record struct Bookmark(int Level, string Title, int? Page);
