namespace RagPy.Core.Indexing;

/// <summary>
/// A generation written twice lies in two segments. Its copies have the same points, but one written after refused texts were offered again may have more vectors:
/// that one counts, and else the first.
/// </summary>
internal static class GenerationCopies
{
    /// <summary>The copy that counts of each generation.</summary>
    /// <param name="wanted">Says which generations of which documents are asked for.</param>
    public static Dictionary<(Guid Document, Guid Generation), (SegmentDocument Document, int Segment)> Choose(
        IReadOnlyList<Segment> segments,
        Func<Guid, Guid, bool> wanted
    )
    {
        var chosen = new Dictionary<(Guid, Guid), (SegmentDocument Document, int Segment)>();
        for (var i = 0; i < segments.Count; i++)
        {
            foreach (var document in segments[i].Documents)
            {
                var key = (document.DocumentId, document.Generation);
                if (!wanted(document.DocumentId, document.Generation) || chosen.TryAdd(key, (document, i)))
                {
                    continue;
                }

                var (other, segment) = chosen[key];
                if (segments[i].CountVectors(document) > segments[segment].CountVectors(other))
                {
                    chosen[key] = (document, i);
                }
            }
        }

        return chosen;
    }
}
