using System.Runtime.CompilerServices;
using RagPy.Core.Chunking;
using RagPy.Core.Embedding;
using RagPy.Core.Extraction;
using RagPy.Core.Sources.Chunks;
using RagPy.Core.Storage;

namespace RagPy.Core.Pipeline;

/// <summary>
/// Documents that came in chunks: each section is a chunk as it is, and its vector is the file's where that is of the project's embedder. The original embeds a
/// passage without the title of its item, which is as near as vectors of two texts of the same meaning are.
/// </summary>
internal sealed class GivenChunks(IBlobStore blobs, TokenCounter counter, SparseEncoder sparse)
{
    /// <summary>Squares of a length that is one but for rounding: such a vector is taken to the bit.</summary>
    private const double Tolerance = 1e-5;

    /// <summary>Whether a document came in chunks.</summary>
    public static bool Are(ChunkInput input) => ChunkText.TryProvider(input.ContentType, out _);

    /// <summary>The chunks in order, with both vectors where the dense one is given.</summary>
    public async IAsyncEnumerable<(Chunk Chunk, byte[]? Dense, byte[]? Sparse)> ReadAsync(
        ChunkInput input,
        IAsyncEnumerable<ExtractedPage> pages,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        using var file = await blobs.GetLocalAsync(input.Item.ProjectId, input.File!, cancellationToken);
        await using var lines = ChunkLines.ReadAsync(file.Path, cancellationToken).GetAsyncEnumerator(cancellationToken);
        var ordinal = 0;
        await foreach (var page in pages.WithCancellation(cancellationToken))
        {
            var vector = await lines.MoveNextAsync() ? Usable(input, lines.Current.Vector, lines.Current.Model) : null;
            var span = new TextSpan(page.Index, 0, page.Text.Length);
            var chunk = new Chunk(ordinal++, page.Text, [span], [], counter.Count(page.Text), IsReferences: false);
            yield return (
                chunk,
                vector,
                vector is null ? null : SparseVectorCodec.Encode(sparse.Encode(input.Title, page.Text, input.Language))
            );
        }
    }

    private static byte[]? Usable(ChunkInput input, byte[]? vector, string? model) =>
        vector is not null
        && model is not null
        && vector.Length == input.Dimension * sizeof(float)
        && GivenModel.IsOf(model, input.Embedder)
            ? OfUnitLength(vector)
            : null;

    private static byte[] OfUnitLength(byte[] vector)
    {
        var components = DenseVectorCodec.Decode(vector);
        var square = components.Sum(c => (double)c * c);

        return Math.Abs(square - 1) < Tolerance ? vector : EmbeddingWriter.Encode(components);
    }
}
