using System.Runtime.InteropServices;

namespace RagPy.Core.Indexing;

/// <summary>Writes a segment from points in memory.</summary>
internal static class SegmentBuilder
{
    /// <summary>Writes one file.</summary>
    /// <param name="points">Points of one dimension, or without a vector. Of points with the same document, generation and ordinal the last one counts.</param>
    /// <returns>Number of points written and size of the file.</returns>
    public static (int Points, long Bytes) Write(string path, int dimension, IEnumerable<IndexPoint> points)
    {
        var sorted = points
            .GroupBy(p => (p.DocumentId, p.Generation, p.Ordinal))
            .Select(group => group.Last())
            .OrderBy(p => p.DocumentId)
            .ThenBy(p => p.Generation)
            .ThenBy(p => p.Ordinal)
            .ToList();
        var documents = DocumentsOf(sorted);

        using var writer = new SegmentFileWriter(path);
        writer.Write<SegmentDocument>(SegmentSection.Documents, CollectionsMarshal.AsSpan(documents));
        writer.Write<int>(SegmentSection.Ordinals, sorted.Select(p => p.Ordinal).ToArray());
        writer.Write<int>(SegmentSection.DocumentOf, documents.SelectMany((d, i) => Enumerable.Repeat(i, d.PointCount)).ToArray());
        writer.Write<int>(SegmentSection.Lengths, sorted.Select(p => p.Sparse.Length).ToArray());
        WriteVectors(writer, dimension, sorted);
        var terms = WritePostings(writer, sorted);
        return (sorted.Count, writer.Complete(dimension, documents.Count, sorted.Count, terms));
    }

    private static List<SegmentDocument> DocumentsOf(List<IndexPoint> sorted)
    {
        var documents = new List<SegmentDocument>();
        var first = 0;
        for (var i = 1; i <= sorted.Count; i++)
        {
            if (i == sorted.Count || sorted[i].DocumentId != sorted[first].DocumentId || sorted[i].Generation != sorted[first].Generation)
            {
                documents.Add(new SegmentDocument(sorted[first].DocumentId, sorted[first].Generation, first, i - first));
                first = i;
            }
        }

        return documents;
    }

    private static void WriteVectors(SegmentFileWriter writer, int dimension, List<IndexPoint> points)
    {
        var stride = SegmentFooter.CodeStrideOf(dimension);
        var codes = new sbyte[checked(stride * points.Count)];
        var scales = new float[points.Count];
        var errors = new float[points.Count];
        for (var i = 0; i < points.Count; i++)
        {
            (scales[i], errors[i]) = Quantizer.Encode(points[i].Dense.Span, codes.AsSpan(i * stride, stride));
        }

        writer.Write<float>(SegmentSection.Scales, scales);
        writer.Write<float>(SegmentSection.Errors, errors);
        writer.Write<sbyte>(SegmentSection.Codes, codes);
        writer.Begin(SegmentSection.Vectors);
        var gap = new float[dimension];
        foreach (var point in points)
        {
            // A point without a vector leaves a gap, which its scale of 0 tells from a vector.
            writer.Write(point.Dense.Length == dimension ? point.Dense.Span : gap);
        }
    }

    private static int WritePostings(SegmentFileWriter writer, List<IndexPoint> points)
    {
        var postings = new (uint Term, int Point, int Frequency)[points.Sum(p => p.Sparse.Terms.Length)];
        var next = 0;
        for (var i = 0; i < points.Count; i++)
        {
            var sparse = points[i].Sparse;
            for (var j = 0; j < sparse.Terms.Length; j++)
            {
                postings[next++] = (sparse.Terms[j], i, sparse.Counts[j]);
            }
        }

        Array.Sort(postings, static (a, b) => a.Term != b.Term ? a.Term.CompareTo(b.Term) : a.Point.CompareTo(b.Point));
        var sink = new PostingSink();
        foreach (var (term, point, frequency) in postings)
        {
            sink.Add(term, point, frequency);
        }

        sink.WriteTo(writer);
        return sink.TermCount;
    }
}
