namespace RagPy.Core.Projects;

/// <summary>A page as it was read.</summary>
/// <param name="Index">1-based.</param>
/// <param name="Label">Printed label, null where none is known.</param>
/// <param name="Width">In PDF points, as displayed.</param>
/// <param name="Height">In PDF points, as displayed.</param>
/// <param name="Engine">What read it.</param>
/// <param name="NeedsOcr">It has no usable text layer.</param>
public sealed record PageContent(int Index, string? Label, float Width, float Height, string Text, string Engine, bool NeedsOcr);
