using RagPy.Core.Providers;

namespace RagPy.Core.Indexing.Remote;

/// <summary>An index of Pinecone as its control API describes it.</summary>
/// <param name="Dimension">Length of its vectors.</param>
/// <param name="Data">Where its points are written and read.</param>
/// <param name="IsReady">It can be used.</param>
/// <param name="Problem">Why it is not fit for our points, for people; null when it is.</param>
internal sealed record PineconeIndex(string Name, int Dimension, ProviderEndpoint Data, bool IsReady, string? Problem);
