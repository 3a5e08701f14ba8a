namespace RagPy.Core.Chunking;

/// <summary>Finds the place in the pages that a range of a chunk's text came from.</summary>
public static class CitationLocator
{
    /// <summary>The page a matched range is cited by: the one that holds most of it, the earlier of two equals.</summary>
    /// <param name="spans"><see cref="Chunk.Spans"/> of the chunk; at least one.</param>
    /// <param name="start">First UTF-16 unit of the range in the chunk's text.</param>
    /// <param name="end">One past its last unit; at least <paramref name="start"/>.</param>
    /// <returns>The part of the range on that page, in units of the page's text.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The range does not lie in the chunk.</exception>
    public static TextSpan Locate(IReadOnlyList<TextSpan> spans, int start, int end)
    {
        var parts = LocateAll(spans, start, end);
        var best = parts[0];
        foreach (var part in parts)
        {
            if (part.End - part.Start > best.End - best.Start)
                best = part;
        }

        return best;
    }

    /// <summary>Every part of pages that a range covers, in reading order; at least one, an empty one when the range holds no more than a page end.</summary>
    /// <inheritdoc cref="Locate"/>
    public static IReadOnlyList<TextSpan> LocateAll(IReadOnlyList<TextSpan> spans, int start, int end)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfLessThan(end, start);
        ArgumentOutOfRangeException.ThrowIfZero(spans.Count);

        var parts = new List<TextSpan>();
        TextSpan? empty = null;
        var offset = 0;
        foreach (var span in spans)
        {
            var length = span.End - span.Start;
            var from = Math.Clamp(start - offset, 0, length);
            var to = Math.Clamp(end - offset, 0, length);
            if (to > from)
                parts.Add(new TextSpan(span.PageIndex, span.Start + from, span.Start + to));
            else if (start >= offset && start - offset <= length)
                empty ??= new TextSpan(span.PageIndex, span.Start + from, span.Start + from);
            offset += length + 1;
        }

        ArgumentOutOfRangeException.ThrowIfGreaterThan(end, offset - 1);
        if (parts.Count == 0)
            parts.Add(empty!.Value);

        return parts;
    }
}
