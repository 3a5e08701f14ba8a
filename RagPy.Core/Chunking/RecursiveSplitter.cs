namespace RagPy.Core.Chunking;

/// <summary>
/// LangChain's recursive character splitter with the original's separators, over a stream: the text is cut before each blank line; pieces
/// that are too long are cut again by the next separator that occurs in them, the others are merged with overlap.
/// </summary>
/// <remarks>
/// Every piece is counted once per separator and counting stops at the chunk size, so the work is linear in the text. Differences from
/// the library: the last separator cuts text elements, not code points, so that neither a surrogate pair nor a combining sequence is
/// torn, and <see cref="LongestParagraph"/> bounds the memory.
/// </remarks>
/// <param name="window">Holds the text between the positions given.</param>
/// <param name="emit">Takes start and end of each chunk, in order, not yet stripped.</param>
internal sealed class RecursiveSplitter(TokenCounter counter, ChunkSettings settings, TextWindow window, Action<long, long> emit)
{
    /// <summary>UTF-16 units after which a paragraph is held to end at the next page end, so that a document without blank lines is not held whole.</summary>
    internal const int LongestParagraph = 1 << 20;

    private static readonly string[] s_separators = ["\n\n", "#", "##", "\n", " ", ""];

    private readonly PieceMerger _merger = new(settings, emit);
    private long _pieceStart;
    private long _searchFrom;
    private bool _hasPieces;

    /// <summary>Text before this position is no longer needed.</summary>
    internal long Needed => Math.Min(_merger.Start ?? _pieceStart, _pieceStart);

    /// <summary>Nothing was taken up since <see cref="Finish"/>.</summary>
    internal bool IsAtBeginning { get; private set; } = true;

    /// <summary>Begins a text of its own at <paramref name="start"/>; the one before must be finished.</summary>
    internal void Begin(long start)
    {
        _pieceStart = _searchFrom = start;
        _hasPieces = false;
        IsAtBeginning = true;
    }

    /// <summary>Takes up what the window got since the last call.</summary>
    internal void Advance()
    {
        IsAtBeginning = false;
        while (_searchFrom < window.End)
        {
            var found = window.Slice(_searchFrom, window.End).IndexOf(s_separators[0], StringComparison.Ordinal);
            if (found < 0)
            {
                // A line feed at the very end may be the first half of a blank line.
                _searchFrom = Math.Max(_searchFrom, window.End - 1);
                break;
            }

            var separator = _searchFrom + found;
            AddParagraph(separator);
            _searchFrom = separator + s_separators[0].Length;
        }

        if (window.End - _pieceStart > LongestParagraph)
            AddParagraph(window.End);
    }

    /// <summary>Ends the text begun last.</summary>
    internal void Finish()
    {
        if (_hasPieces)
            AddParagraph(window.End);
        else if (window.End > _pieceStart)
            Split(_pieceStart, window.End, 1);

        _merger.Flush();
        Begin(window.End);
    }

    private void AddParagraph(long end)
    {
        if (end > _pieceStart)
        {
            AddPiece(_merger, _pieceStart, end, 0);
            _hasPieces = true;
        }

        _pieceStart = end;
        _searchFrom = Math.Max(_searchFrom, end);
    }

    private void AddPiece(PieceMerger merger, long start, long end, int separator)
    {
        var tokens = counter.Count(window.Slice(start, end), settings.Size);
        if (tokens < settings.Size)
        {
            merger.Add(start, end, tokens);
            return;
        }

        merger.Flush();
        if (separator == s_separators.Length - 1)
            emit(start, end);
        else
            Split(start, end, separator + 1);
    }

    /// <summary>Cuts by the first separator from <paramref name="separator"/> on that occurs.</summary>
    private void Split(long start, long end, int separator)
    {
        while (!window.Slice(start, end).Contains(s_separators[separator], StringComparison.Ordinal))
            separator++;

        var merger = new PieceMerger(settings, emit);
        while (start < end)
        {
            var next = start + PieceLength(window.Slice(start, end), s_separators[separator]);
            AddPiece(merger, start, next, separator);
            start = next;
        }

        merger.Flush();
    }

    /// <summary>Length up to the next separator; one at the start belongs to the piece.</summary>
    private static int PieceLength(ReadOnlySpan<char> text, string separator)
    {
        if (separator.Length == 0)
            return CodePoints.ElementLength(text);

        var from = text.StartsWith(separator, StringComparison.Ordinal) ? separator.Length : 0;
        var found = text[from..].IndexOf(separator, StringComparison.Ordinal);

        return found < 0 ? text.Length : from + found;
    }
}
