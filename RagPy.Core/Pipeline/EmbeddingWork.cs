using System.Security.Cryptography;
using System.Text;
using RagPy.Core.Embedding;

namespace RagPy.Core.Pipeline;

/// <summary>A chunk that is to get its vectors.</summary>
/// <param name="Item">The work item it belongs to.</param>
/// <param name="Ordinal">Of the chunk, in the item's document and generation.</param>
/// <param name="Text">What is embedded: title, line feed, chunk text.</param>
/// <param name="Tokens">Its tokens, as counted here.</param>
internal sealed record EmbeddingWork(
    ClaimedItem Item,
    string Embedder,
    int Dimension,
    int Ordinal,
    string Text,
    int Tokens,
    SparseVector Sparse
)
{
    /// <summary>What is bought, by everything that shapes it.</summary>
    public Guid Key { get; } = KeyOf(Embedder, Dimension, Text);

    /// <summary>The key of a text.</summary>
    public static Guid KeyOf(string embedder, int dimension, string text)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"embedding\n{embedder}\n{dimension}\n"));
        hash.AppendData(Encoding.UTF8.GetBytes(text));
        return new Guid(hash.GetHashAndReset().AsSpan(0, 16));
    }
}
