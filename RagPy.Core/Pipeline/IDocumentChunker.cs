using RagPy.Core.Chunking;
using RagPy.Core.Extraction;

namespace RagPy.Core.Pipeline;

/// <summary>Cuts a document into chunks; what the chunk stage needs to know of it.</summary>
public interface IDocumentChunker
{
    /// <summary>Changes whenever the same pages may give other chunks, settings included; part of the generation.</summary>
    string Version { get; }

    /// <summary>Gives the chunks in order.</summary>
    /// <param name="pages">Pages in order; title and abstract come as one page of index 0.</param>
    IAsyncEnumerable<Chunk> ChunkAsync(
        IAsyncEnumerable<ExtractedPage> pages,
        DocumentStructure structure,
        CancellationToken cancellationToken
    );
}
