using RagPy.Core.Settings;

namespace RagPy.Core.Indexing.Remote;

/// <summary>Which store new projects get, and how the remote ones are reached. Taken as it is; already checked.</summary>
public sealed record RemoteStoreOptions
{
    /// <summary>Kind of store of a new project (RAGPY_VECTOR_STORE).</summary>
    public string Default { get; init; } = StoreKinds.Embedded;

    /// <summary>Address of Qdrant (QDRANT_URL); null when not set.</summary>
    public Uri? QdrantUrl { get; init; }

    /// <summary>Key of Qdrant (QDRANT_API_KEY); a server of one's own may need none.</summary>
    public string? QdrantKey { get; init; }

    /// <summary>Points in one write to Qdrant (QDRANT_BATCH_SIZE).</summary>
    public int QdrantBatchSize { get; init; } = 100;

    /// <summary>Address of Pinecone's control API (PINECONE_BASE_URL).</summary>
    public Uri PineconeUrl { get; init; } = new("https://api.pinecone.io");

    /// <summary>Key of Pinecone (PINECONE_API_KEY).</summary>
    public string? PineconeKey { get; init; }

    /// <summary>What the names of indexes begin with (PINECONE_INDEX); the length of their vectors follows.</summary>
    public string PineconeIndex { get; init; } = "ragpy";

    /// <summary>Cloud and region in which an index that is missing is made (PINECONE_ENV); null for not at all.</summary>
    public string? PineconeEnvironment { get; init; }

    /// <summary>Most points in one write to Pinecone (PINECONE_BATCH_SIZE).</summary>
    public int PineconeBatchSize { get; init; } = 100;

    /// <summary>Address of Weaviate (WEAVIATE_URL); null when not set.</summary>
    public Uri? WeaviateUrl { get; init; }

    /// <summary>Key of Weaviate (WEAVIATE_API_KEY); a server of one's own may need none.</summary>
    public string? WeaviateKey { get; init; }

    /// <summary>Points in one write to Weaviate (WEAVIATE_BATCH_SIZE).</summary>
    public int WeaviateBatchSize { get; init; } = 100;

    /// <summary>Database with pgvector (RAGPY_PGVECTOR), in Npgsql's form; null when not set.</summary>
    public string? PgVectorConnection { get; init; }

    /// <summary>What settings ask for.</summary>
    public static RemoteStoreOptions From(RagPySettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return new RemoteStoreOptions
        {
            Default = settings.VectorStore,
            QdrantUrl = settings.QdrantUrl is { } address ? new Uri(address) : null,
            QdrantKey = settings.QdrantApiKey,
            QdrantBatchSize = settings.QdrantBatchSize,
            PineconeUrl = new Uri(settings.PineconeBaseUrl),
            PineconeKey = settings.PineconeApiKey,
            PineconeIndex = settings.PineconeIndex,
            PineconeEnvironment = settings.PineconeEnvironment,
            PineconeBatchSize = settings.PineconeBatchSize,
            WeaviateUrl = settings.WeaviateUrl is { } weaviate ? new Uri(weaviate) : null,
            WeaviateKey = settings.WeaviateApiKey,
            WeaviateBatchSize = settings.WeaviateBatchSize,
            PgVectorConnection = settings.PgVectorConnection,
        };
    }
}
