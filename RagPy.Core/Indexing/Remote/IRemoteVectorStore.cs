namespace RagPy.Core.Indexing.Remote;

/// <summary>A vector store that is reached over a network.</summary>
internal interface IRemoteVectorStore : IVectorStore
{
    /// <summary>What an operator must set before it can be used, as a sentence; null when nothing is missing.</summary>
    string? Missing { get; }
}
