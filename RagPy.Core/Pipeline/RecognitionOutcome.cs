namespace RagPy.Core.Pipeline;

/// <summary>How far the recognition of a document's pages has come.</summary>
internal sealed class RecognitionOutcome
{
    private readonly Lock _lock = new();

    /// <summary>Pages whose text is stored: by which engine and version, and under which key.</summary>
    public SortedDictionary<int, (string Engine, string Version, Guid Key)> Read { get; } = [];

    /// <summary>Why the engines that tried could not read a page; the last one's reason.</summary>
    public SortedDictionary<int, Failure> Unread { get; } = [];

    public void Note(int page, string engine, string version, Guid key)
    {
        lock (_lock)
        {
            Read[page] = (engine, version, key);
            Unread.Remove(page);
        }
    }

    public void Note(IEnumerable<int> pages, Failure failure)
    {
        lock (_lock)
        {
            foreach (var page in pages.Where(page => !Read.ContainsKey(page)))
            {
                Unread[page] = failure;
            }
        }
    }
}
