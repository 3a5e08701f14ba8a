namespace RagPy.Api.Contracts;

/// <summary>A page as it was read.</summary>
/// <param name="Index">1-based.</param>
/// <param name="Label">Printed label, null where none is known.</param>
/// <param name="Width">In PDF points, as displayed.</param>
/// <param name="Height">In PDF points, as displayed.</param>
/// <param name="Text">Offsets of citations count its UTF-16 units.</param>
/// <param name="Engine">What read it.</param>
internal sealed record PageView(int Index, string? Label, float Width, float Height, string Text, string Engine);
