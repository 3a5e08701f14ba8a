namespace RagPy.Core.Indexing;

/// <summary>Names of the vector stores, as projects and settings have them.</summary>
public static class StoreKinds
{
    public const string Embedded = "embedded";
    public const string Qdrant = "qdrant";
    public const string Pinecone = "pinecone";
    public const string Weaviate = "weaviate";
    public const string PgVector = "pgvector";
}
