namespace RagPy.Core.Indexing;

/// <summary>A project cannot have the vector store that was asked for; the message says why, for people.</summary>
public sealed class StoreNotUsableException(string message) : Exception(message);
