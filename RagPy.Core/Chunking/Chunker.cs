using System.Runtime.CompilerServices;
using RagPy.Core.Extraction;

namespace RagPy.Core.Chunking;

/// <summary>
/// Cuts a document into chunks with LangChain's recursive character splitter as the original configures it: lengths in tokens of
/// text-embedding-3-large, separators blank line, <c>#</c>, <c>##</c>, line feed, space and nothing, each kept at the start of the
/// piece after it.
/// </summary>
/// <remarks>
/// Running heads, footers and page numbers are left out. What is left of a page follows the page before after one line feed, so a
/// paragraph, and a sentence in it, goes on over a page end; footnotes and captions follow the paragraph that they would interrupt. The list of references is split as a text of its own: a chunk is either all
/// references or has none. Time is linear in the text; memory holds one page, at most a paragraph of 1,048,576 UTF-16 units (a longer
/// one is ended at a page end) and the chunk in work. Thread-safe.
/// </remarks>
public sealed class Chunker
{
    /// <summary>Changes whenever the same pages and settings may give other chunks; part of the generation.</summary>
    public const string Version = "recursive-cl100k/2";

    private readonly TokenCounter _counter;
    private readonly ChunkSettings _settings;

    /// <exception cref="ArgumentOutOfRangeException">The size is below 1, or the overlap not within 0 and the size.</exception>
    public Chunker(TokenCounter counter, ChunkSettings settings)
    {
        ArgumentNullException.ThrowIfNull(counter);
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentOutOfRangeException.ThrowIfLessThan(settings.Size, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(settings.Overlap);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(settings.Overlap, settings.Size);

        _counter = counter;
        _settings = settings;
    }

    /// <summary>Gives the chunks of a document in order; none when its pages have no text but furniture.</summary>
    /// <param name="pages">Pages in order; the text of title and abstract may come as one page of index 0.</param>
    /// <param name="structure">Marks furniture, headings and references in these very texts.</param>
    public async IAsyncEnumerable<Chunk> ChunkAsync(
        IAsyncEnumerable<ExtractedPage> pages,
        DocumentStructure structure,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var document = new ChunkedDocument(_counter, _settings, structure, cancellationToken);
        await foreach (var page in pages.WithCancellation(cancellationToken))
        {
            document.Add(page.Index, page.Text);
            while (document.Ready.TryDequeue(out var chunk))
                yield return chunk;
        }

        document.Finish();
        while (document.Ready.TryDequeue(out var chunk))
            yield return chunk;
    }
}
