namespace RagPy.Core.Chunking;

/// <summary>Half-open range of UTF-16 units in the stored text of one page (1-based; 0 for the text of title and abstract).</summary>
public readonly record struct TextSpan(int PageIndex, int Start, int End)
{
    /// <summary>The form of <see cref="StoredChunk.Spans"/>: page index, start, end, page index, …</summary>
    public static int[] Flatten(IReadOnlyList<TextSpan> spans)
    {
        var values = new int[spans.Count * 3];
        for (var i = 0; i < spans.Count; i++)
            (values[i * 3], values[(i * 3) + 1], values[(i * 3) + 2]) = spans[i];

        return values;
    }

    /// <summary>Reads what <see cref="Flatten"/> wrote.</summary>
    /// <exception cref="ArgumentException">The number of values is not a multiple of three.</exception>
    public static IReadOnlyList<TextSpan> Unflatten(ReadOnlySpan<int> values)
    {
        if (values.Length % 3 != 0)
            throw new ArgumentException("Spans have three values each.", nameof(values));

        var spans = new TextSpan[values.Length / 3];
        for (var i = 0; i < spans.Length; i++)
            spans[i] = new TextSpan(values[i * 3], values[(i * 3) + 1], values[(i * 3) + 2]);

        return spans;
    }
}
