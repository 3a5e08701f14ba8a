namespace RagPy.Core.Extraction;

/// <summary>A marked range of a page's text.</summary>
/// <param name="PageIndex">1-based page.</param>
/// <param name="Start">First UTF-16 unit.</param>
/// <param name="End">One past the last UTF-16 unit.</param>
/// <param name="Kind">What the range is.</param>
/// <param name="Level">Heading level from 1; 0 for other kinds.</param>
public sealed record TextRegion(int PageIndex, int Start, int End, RegionKind Kind, int Level = 0);
