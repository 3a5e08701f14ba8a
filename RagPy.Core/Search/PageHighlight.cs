using RagPy.Core.Extraction;

namespace RagPy.Core.Search;

/// <summary>The part of a quote that lies on one page.</summary>
/// <param name="PageIndex">1-based; the index of a section in a document without pages.</param>
/// <param name="Start">First UTF-16 unit in the stored text of the page.</param>
/// <param name="End">One past the last unit.</param>
/// <param name="Quads">Boxes to highlight, in the coordinates of <see cref="PageGeometry"/>; empty when the page has none.</param>
public sealed record PageHighlight(int PageIndex, int Start, int End, IReadOnlyList<PageQuad> Quads);
