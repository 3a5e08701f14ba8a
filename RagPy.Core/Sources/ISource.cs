namespace RagPy.Core.Sources;

/// <summary>One library or folder that someone brings in. Reading it twice gives the same keys in the same order.</summary>
public interface ISource : IAsyncDisposable
{
    /// <summary>Stable name of the kind of source, stored with the session: <c>zotero-export</c>, <c>zotero-data</c>, <c>pdf-folder</c>, <c>csv</c>, <c>chunks</c>.</summary>
    string Kind { get; }

    /// <summary>Once read: what was taken in another way than it stands in the source, in sentences for people.</summary>
    IReadOnlyList<string> Notes => [];

    /// <summary>Yields every document lazily; nothing is held for longer than one item.</summary>
    /// <exception cref="SourceException">The source as a whole cannot be read; the message says what to do.</exception>
    IAsyncEnumerable<SourceDocument> ReadAsync(CancellationToken cancellationToken);
}
