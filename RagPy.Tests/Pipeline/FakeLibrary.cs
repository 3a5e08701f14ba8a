using System.Runtime.CompilerServices;
using System.Text;
using RagPy.Core.Pipeline;
using RagPy.Core.Sources;

namespace RagPy.Tests.Pipeline;

/// <summary>A library in memory whose files are plain text, pages separated by form feeds.</summary>
internal sealed class FakeLibrary
{
    private readonly List<FakeItem> _items = [];

    /// <summary>Thrown when the source is read, after the documents.</summary>
    public Exception? Error { get; set; }

    public FakeItem Add(string key, string title = "", string @abstract = "")
    {
        var item = new FakeItem(key) { Title = title, Abstract = @abstract };
        _items.Add(item);
        return item;
    }

    public void Remove(string key) => _items.RemoveAll(i => i.Key == key);

    public FakeItem this[string key] => _items.Single(i => i.Key == key);

    /// <summary>The library, unless the location is a real file.</summary>
    public ISource Open(string location, SourceOptions options) =>
        File.Exists(location) ? SourceFactory.Open(location, options) : new Source(this);

    private sealed class Source(FakeLibrary library) : ISource
    {
        public string Kind => "fake";

        public async IAsyncEnumerable<SourceDocument> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
        {
            foreach (var item in library._items.ToArray())
            {
                await Task.Yield();
                cancellationToken.ThrowIfCancellationRequested();
                var source = new SourceItem
                {
                    Key = $"library/{item.Key}",
                    ZoteroKey = item.Key,
                    Title = item.Title,
                    Abstract = item.Abstract,
                    Creators = [new Creator("author", "Doe", "Jane")],
                    Date = "2020",
                    Tags = ["one", "two"],
                };
                if (item.Files.Count == 0)
                {
                    yield return new SourceDocument($"library/{item.Key}", source, File: null);
                }

                foreach (var (name, content) in item.Files)
                {
                    yield return Document(item, source, name, content);
                }
            }

            if (library.Error is { } error)
            {
                throw error;
            }
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private static SourceDocument Document(FakeItem item, SourceItem source, string name, string? content)
        {
            var key = $"library/{item.Key}/{name}";
            if (content is null)
            {
                return new SourceDocument(key, source, null, new Failure(FailureCode.MissingFile, "The file is missing."), name, name);
            }

            var bytes = Encoding.UTF8.GetBytes(content);
            var file = new SourceFile(
                "application/pdf",
                bytes.Length,
                _ => ValueTask.FromResult<Stream>(new MemoryStream(bytes, writable: false))
            );
            return new SourceDocument(key, source, file, FileName: name, Path: name);
        }
    }
}
