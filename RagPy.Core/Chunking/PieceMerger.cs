namespace RagPy.Core.Chunking;

/// <summary>
/// Puts small neighbouring pieces together into chunks: <c>_merge_splits</c> of LangChain's text splitters, for pieces that lie one behind
/// the other in the text.
/// </summary>
/// <param name="emit">Takes start and end of each chunk, in order.</param>
internal sealed class PieceMerger(ChunkSettings settings, Action<long, long> emit)
{
    private readonly Queue<(long Start, int Tokens)> _pieces = new();
    private long _end;
    private int _total;

    /// <summary>Where the text that is still needed begins, or null when nothing waits.</summary>
    internal long? Start => _pieces.TryPeek(out var first) ? first.Start : null;

    internal void Add(long start, long end, int tokens)
    {
        if (_total + tokens > settings.Size && _pieces.Count > 0)
        {
            emit(_pieces.Peek().Start, _end);
            while (_total > settings.Overlap || (_total + tokens > settings.Size && _total > 0))
                _total -= _pieces.Dequeue().Tokens;
        }

        _pieces.Enqueue((start, tokens));
        _total += tokens;
        _end = end;
    }

    internal void Flush()
    {
        if (_pieces.Count == 0)
            return;

        emit(_pieces.Peek().Start, _end);
        _pieces.Clear();
        _total = 0;
    }
}
