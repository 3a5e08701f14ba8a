namespace RagPy.Core.Indexing.Remote;

/// <summary>A project's place in Pinecone: the same namespace in one index for each length of vectors.</summary>
/// <param name="Name">The project's name in the store.</param>
internal sealed record PineconeProject(long Id, string Name, PineconeState State)
{
    public string Namespace => PineconeState.Namespace(Name, State.Version);
}
