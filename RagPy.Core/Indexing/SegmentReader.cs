using RagPy.Core.Embedding;

namespace RagPy.Core.Indexing;

/// <summary>Turns a segment's columns back into points.</summary>
internal static class SegmentReader
{
    /// <summary>Points of a range, in their order. Term frequencies lie by term, so each call goes through all postings.</summary>
    public static IReadOnlyList<IndexPoint> Read(Segment segment, int start, int end)
    {
        var terms = new List<uint>[end - start];
        var counts = new List<int>[end - start];
        for (var i = 0; i < terms.Length; i++)
        {
            (terms[i], counts[i]) = ([], []);
        }

        var hashes = segment.Terms;
        for (var i = 0; i < hashes.Length; i++)
        {
            var postings = segment.PostingsAt(i);
            while (postings.MoveNext() && postings.Point < end)
            {
                if (postings.Point >= start)
                {
                    terms[postings.Point - start].Add(hashes[i]);
                    counts[postings.Point - start].Add(postings.Frequency);
                }
            }
        }

        var points = new IndexPoint[end - start];
        for (var i = 0; i < points.Length; i++)
        {
            var point = start + i;
            var document = segment.Documents[segment.DocumentOf[point]];
            var ordinal = segment.Ordinals[point];
            points[i] = new IndexPoint(
                Uuid5.ForPoint(document.DocumentId, document.Generation, ordinal),
                document.DocumentId,
                document.Generation,
                ordinal,
                segment.HasVector(point) ? segment.VectorOf(point).ToArray() : [],
                new SparseVector([.. terms[i]], [.. counts[i]], segment.Lengths[point])
            );
        }

        return points;
    }
}
