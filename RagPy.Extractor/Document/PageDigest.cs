namespace RagPy.Extractor.Document;

/// <summary>What is kept of a page until the last one is read.</summary>
/// <param name="Index">1-based.</param>
/// <param name="Length">UTF-16 units of its text.</param>
internal sealed record PageDigest(int Index, float Width, float Height, int Length, DigestLine[] Lines)
{
    /// <summary>Share of the page's height, from either edge, in which furniture stands.</summary>
    private const float Margin = 0.14f;

    /// <summary>The outermost line may stand further in: a text block made for another paper size leaves wide margins.</summary>
    private const float Reach = 0.25f;

    /// <summary>Lines this close, in points, to the outermost one are level with it.</summary>
    private const float Level = 3;

    private readonly (float Top, float Bottom) _edges = EdgesOf(Lines);

    /// <summary>White space between lines that is half of all: what parts furniture from the text is more.</summary>
    public float Spacing { get; } = SpacingOf(Lines);

    public bool IsInMargin(in DigestLine line) => line.Text is not null && (IsAtTop(line) || IsAtBottom(line));

    public bool IsAtTop(in DigestLine line) =>
        !line.Sideways && (line.Y1 < Margin * Height || (line.Y1 < Reach * Height && line.Y0 <= _edges.Top + Level));

    public bool IsAtBottom(in DigestLine line) =>
        !line.Sideways && (line.Y0 > (1 - Margin) * Height || (line.Y0 > (1 - Reach) * Height && line.Y1 >= _edges.Bottom - Level));

    private static float SpacingOf(DigestLine[] lines)
    {
        var spaces = new List<float>(lines.Length);
        for (var i = 1; i < lines.Length; i++)
        {
            if (lines[i].Y0 - lines[i - 1].Y1 is > -10 and < 100 and var space)
            {
                spaces.Add(space);
            }
        }

        spaces.Sort();
        return spaces.Count == 0 ? 0 : spaces[spaces.Count / 2];
    }

    private static (float Top, float Bottom) EdgesOf(DigestLine[] lines)
    {
        var (top, bottom) = (float.MaxValue, float.MinValue);
        foreach (ref readonly var line in lines.AsSpan())
        {
            if (!line.Sideways)
            {
                top = MathF.Min(top, line.Y0);
                bottom = MathF.Max(bottom, line.Y1);
            }
        }

        return (top, bottom);
    }
}
