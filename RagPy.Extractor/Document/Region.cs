using RagPy.Core.Extraction;

namespace RagPy.Extractor.Document;

/// <summary>A marked range of a page's text.</summary>
internal readonly record struct Region(int Page, int Start, int End, RegionKind Kind, int Level);
