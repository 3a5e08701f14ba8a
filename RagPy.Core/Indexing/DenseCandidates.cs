namespace RagPy.Core.Indexing;

/// <summary>One worker's points that may still be among a query's best, judged by bounds on their scores.</summary>
internal sealed class DenseCandidates(int top)
{
    private readonly PriorityQueue<float, float> _lowerBounds = new(top + 1);
    private readonly List<(float Upper, SegmentView View, int Point)> _points = [];
    private int _limit = Math.Max(1_024, 4 * top);

    /// <summary>The top-th best lower bound so far: a point whose upper bound is below cannot be among the best.</summary>
    public float Threshold { get; private set; } = float.NegativeInfinity;

    public IEnumerable<float> LowerBounds => _lowerBounds.UnorderedItems.Select(item => item.Element);

    public IReadOnlyList<(float Upper, SegmentView View, int Point)> Points => _points;

    /// <summary>Takes a point whose upper bound reaches the threshold.</summary>
    public void Add(float lower, float upper, SegmentView view, int point)
    {
        _points.Add((upper, view, point));
        if (_lowerBounds.Count < top)
        {
            _lowerBounds.Enqueue(lower, lower);
        }
        else if (lower > Threshold)
        {
            _lowerBounds.EnqueueDequeue(lower, lower);
        }

        if (_lowerBounds.Count == top)
        {
            Threshold = _lowerBounds.Peek();
        }

        if (_points.Count >= _limit)
        {
            _points.RemoveAll(p => p.Upper < Threshold);
            _limit = Math.Max(_limit, 2 * _points.Count);
        }
    }
}
