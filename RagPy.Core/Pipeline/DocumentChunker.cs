using RagPy.Core.Chunking;
using RagPy.Core.Extraction;

namespace RagPy.Core.Pipeline;

/// <summary>The <see cref="Chunker"/> with its settings, as the chunk stage sees it.</summary>
internal sealed class DocumentChunker(TokenCounter counter, ChunkSettings settings) : IDocumentChunker
{
    private readonly Chunker _chunker = new(counter, settings);

    /// <inheritdoc/>
    public string Version { get; } = FormattableString.Invariant($"{Chunker.Version};{settings.Size};{settings.Overlap}");

    /// <inheritdoc/>
    public IAsyncEnumerable<Chunk> ChunkAsync(
        IAsyncEnumerable<ExtractedPage> pages,
        DocumentStructure structure,
        CancellationToken cancellationToken
    ) => _chunker.ChunkAsync(pages, structure, cancellationToken);
}
