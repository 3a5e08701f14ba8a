namespace RagPy.Core.Search;

/// <summary>A page that a passage stands on.</summary>
/// <param name="Label">Printed label; of a section its heading.</param>
/// <param name="Geometry">Encoded word boxes.</param>
/// <param name="IsSection">It is a section of a document without pages.</param>
internal sealed record PassagePage(string? Label, byte[] Geometry, bool IsSection);
