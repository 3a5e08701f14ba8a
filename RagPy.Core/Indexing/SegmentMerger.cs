namespace RagPy.Core.Indexing;

/// <summary>Copies the wanted generations of several segments of one dimension into a new one, without decoding vectors or holding points.</summary>
internal sealed class SegmentMerger
{
    private readonly IReadOnlyList<Segment> _segments;
    private readonly List<(SegmentDocument Document, int Segment)> _documents;

    /// <summary>New index of each old point, by segment; -1 for what is left out.</summary>
    private readonly int[][] _newPoints;

    /// <param name="segments">Open segments of one dimension.</param>
    /// <param name="keep">Says which generations of which documents go on; of copies in several segments one is taken.</param>
    public SegmentMerger(IReadOnlyList<Segment> segments, Func<Guid, Guid, bool> keep)
    {
        _segments = segments;
        _documents = ChooseDocuments(segments, keep);
        _newPoints = [.. segments.Select(s => Enumerable.Repeat(-1, s.PointCount).ToArray())];
        foreach (var (document, segment) in _documents)
        {
            for (var i = 0; i < document.PointCount; i++)
            {
                _newPoints[segment][document.FirstPoint + i] = PointCount++;
            }
        }
    }

    /// <summary>Points that the new segment will have.</summary>
    public int PointCount { get; private set; }

    /// <summary>Writes the file.</summary>
    /// <returns>Its size in bytes.</returns>
    public long Write(string path, CancellationToken cancellationToken)
    {
        var dimension = _segments[0].Dimension;
        using var writer = new SegmentFileWriter(path);
        WriteDocuments(writer);
        writer.Begin(SegmentSection.Ordinals);
        ForEachDocument(cancellationToken, (s, d) => writer.Write(s.Ordinals[d.FirstPoint..d.End]));
        writer.Begin(SegmentSection.DocumentOf);
        for (var i = 0; i < _documents.Count; i++)
        {
            var index = new int[_documents[i].Document.PointCount];
            index.AsSpan().Fill(i);
            writer.Write<int>(index);
        }

        writer.Begin(SegmentSection.Lengths);
        ForEachDocument(cancellationToken, (s, d) => writer.Write(s.Lengths[d.FirstPoint..d.End]));
        writer.Begin(SegmentSection.Scales);
        ForEachDocument(cancellationToken, (s, d) => writer.Write(s.Scales[d.FirstPoint..d.End]));
        writer.Begin(SegmentSection.Errors);
        ForEachDocument(cancellationToken, (s, d) => writer.Write(s.Errors[d.FirstPoint..d.End]));
        writer.Begin(SegmentSection.Codes);
        ForEachPoint(cancellationToken, (s, p) => writer.Write(s.CodeOf(p)));
        writer.Begin(SegmentSection.Vectors);
        ForEachPoint(cancellationToken, (s, p) => writer.Write(s.VectorOf(p)));
        var terms = WritePostings(writer, cancellationToken);
        return writer.Complete(dimension, _documents.Count, PointCount, terms);
    }

    private static List<(SegmentDocument, int)> ChooseDocuments(IReadOnlyList<Segment> segments, Func<Guid, Guid, bool> keep)
    {
        var chosen = GenerationCopies.Choose(segments, keep);
        return [.. chosen.Values.OrderBy(c => c.Document.DocumentId).ThenBy(c => c.Document.Generation)];
    }

    private void WriteDocuments(SegmentFileWriter writer)
    {
        var records = new SegmentDocument[_documents.Count];
        var first = 0;
        for (var i = 0; i < records.Length; i++)
        {
            records[i] = _documents[i].Document with { FirstPoint = first };
            first += records[i].PointCount;
        }

        writer.Write<SegmentDocument>(SegmentSection.Documents, records);
    }

    private int WritePostings(SegmentFileWriter writer, CancellationToken cancellationToken)
    {
        var sink = new PostingSink();
        var next = new int[_segments.Count];
        var postings = new List<(int Point, int Frequency)>();
        while (TryGetSmallestTerm(next, out var term))
        {
            cancellationToken.ThrowIfCancellationRequested();
            postings.Clear();
            for (var i = 0; i < _segments.Count; i++)
            {
                if (next[i] < _segments[i].Terms.Length && _segments[i].Terms[next[i]] == term)
                {
                    Collect(_segments[i].PostingsAt(next[i]++), _newPoints[i], postings);
                }
            }

            postings.Sort(static (a, b) => a.Point.CompareTo(b.Point));
            foreach (var (point, frequency) in postings)
            {
                sink.Add(term, point, frequency);
            }
        }

        sink.WriteTo(writer);
        return sink.TermCount;
    }

    private static void Collect(PostingReader reader, int[] newPoints, List<(int, int)> postings)
    {
        while (reader.MoveNext())
        {
            if (newPoints[reader.Point] >= 0)
            {
                postings.Add((newPoints[reader.Point], reader.Frequency));
            }
        }
    }

    private bool TryGetSmallestTerm(int[] next, out uint term)
    {
        var found = false;
        term = uint.MaxValue;
        for (var i = 0; i < next.Length; i++)
        {
            var terms = _segments[i].Terms;
            if (next[i] < terms.Length)
            {
                found = true;
                term = Math.Min(term, terms[next[i]]);
            }
        }

        return found;
    }

    private void ForEachDocument(CancellationToken cancellationToken, Action<Segment, SegmentDocument> action)
    {
        foreach (var (document, segment) in _documents)
        {
            cancellationToken.ThrowIfCancellationRequested();
            action(_segments[segment], document);
        }
    }

    private void ForEachPoint(CancellationToken cancellationToken, Action<Segment, int> action) =>
        ForEachDocument(
            cancellationToken,
            (segment, document) =>
            {
                for (var point = document.FirstPoint; point < document.End; point++)
                {
                    action(segment, point);
                }
            }
        );
}
