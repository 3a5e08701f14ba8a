namespace RagPy.Core.Embedding;

/// <summary>What is known of a published embedding model.</summary>
/// <param name="Dimension">Length of its vectors unless another is asked for.</param>
/// <param name="MaxTokens">Longest text, in its own tokens.</param>
/// <param name="CanReduce">It gives shorter vectors on request (Matryoshka representation learning, Kusupati et al. 2022).</param>
internal sealed record EmbeddingModel(string Name, int Dimension, int MaxTokens, bool CanReduce = false)
{
    /// <summary>OpenAI's guide "Embeddings", Mistral's "Models", and the cards of Ollama's library.</summary>
    private static readonly EmbeddingModel[] s_known =
    [
        new("text-embedding-3-large", 3072, 8191, CanReduce: true),
        new("text-embedding-3-small", 1536, 8191, CanReduce: true),
        new("text-embedding-ada-002", 1536, 8191),
        new("mistral-embed", 1024, 8192),
        new("codestral-embed", 1536, 8192, CanReduce: true),
        new("nomic-embed-text", 768, 2048),
        new("mxbai-embed-large", 1024, 512),
        new("bge-m3", 1024, 8192),
        new("snowflake-arctic-embed2", 1024, 8192),
        new("embeddinggemma", 768, 2048),
        new("all-minilm", 384, 256),
    ];

    /// <summary>The published model that a name stands for: also <c>nomic-embed-text:latest</c>, or an Azure deployment named after its model.</summary>
    public static EmbeddingModel? Find(string name) =>
        Array.Find(s_known, model => name.Contains(model.Name, StringComparison.OrdinalIgnoreCase));
}
