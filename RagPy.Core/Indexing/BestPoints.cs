namespace RagPy.Core.Indexing;

/// <summary>Keeps the best points offered: by score, then document, then ordinal.</summary>
internal sealed class BestPoints(int top)
{
    private readonly List<ScoredPoint> _points = [];

    /// <summary>Score below which nothing can still be among the best.</summary>
    public float Threshold { get; private set; } = float.NegativeInfinity;

    public void Offer(ScoredPoint point)
    {
        if (point.Score < Threshold)
        {
            return;
        }

        _points.Add(point);
        if (_points.Count >= 2 * top + 64)
        {
            Cut();
        }
    }

    /// <summary>The best points, best first.</summary>
    public IReadOnlyList<PointHit> ToHits()
    {
        Cut();
        return [.. _points.Select(p => p.ToHit())];
    }

    private void Cut()
    {
        _points.Sort(Compare);
        if (_points.Count >= top)
        {
            _points.RemoveRange(top, _points.Count - top);
            Threshold = top > 0 ? _points[^1].Score : float.PositiveInfinity;
        }
    }

    private static int Compare(ScoredPoint a, ScoredPoint b)
    {
        if (a.Score != b.Score)
        {
            return b.Score.CompareTo(a.Score);
        }

        var (first, second) = (a.ToHit(), b.ToHit());
        var byDocument = first.DocumentId.CompareTo(second.DocumentId);
        return byDocument != 0 ? byDocument : first.Ordinal.CompareTo(second.Ordinal);
    }
}
