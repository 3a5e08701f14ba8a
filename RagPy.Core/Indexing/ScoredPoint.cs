namespace RagPy.Core.Indexing;

/// <summary>A point of a snapshot with its score.</summary>
internal readonly record struct ScoredPoint(float Score, SegmentView View, int Point)
{
    public PointHit ToHit()
    {
        var document = View.Segment.Documents[View.Segment.DocumentOf[Point]];
        return new PointHit(document.DocumentId, document.Generation, View.Segment.Ordinals[Point], Score);
    }
}
