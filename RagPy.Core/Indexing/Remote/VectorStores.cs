namespace RagPy.Core.Indexing.Remote;

/// <summary>The vector stores there are, by kind.</summary>
public sealed class VectorStores
{
    private readonly Dictionary<string, IVectorStore> _stores;

    internal VectorStores(EmbeddedVectorStore embedded, IEnumerable<IRemoteVectorStore> remotes, RemoteStoreOptions options)
    {
        _stores = remotes.ToDictionary(s => s.Kind, s => (IVectorStore)s, StringComparer.Ordinal);
        _stores[embedded.Kind] = embedded;
        Default = options.Default;
    }

    /// <summary>Kind of a new project's store.</summary>
    public string Default { get; }

    /// <summary>Kinds that can be named.</summary>
    public IEnumerable<string> Kinds => _stores.Keys.Order(StringComparer.Ordinal);

    /// <summary>The store of a kind, whether or not it is configured.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    internal IVectorStore Get(string kind) =>
        _stores.GetValueOrDefault(kind) ?? throw new InvalidOperationException($"There is no vector store of the kind '{kind}'.");

    /// <summary>What must be set before stores of a kind can be used, as a sentence; null when nothing is.</summary>
    /// <param name="kind">One of <see cref="Kinds"/>.</param>
    public string? Missing(string kind) => (Get(kind) as IRemoteVectorStore)?.Missing;

    /// <summary>Checks that a project may be given a kind of store.</summary>
    /// <exception cref="StoreNotUsableException">There is none of this kind, or something must be set first.</exception>
    public void Require(string kind)
    {
        if (!_stores.TryGetValue(kind, out var store))
        {
            throw new StoreNotUsableException($"There is no vector store of the kind '{kind}'. There are: {string.Join(", ", Kinds)}.");
        }

        if ((store as IRemoteVectorStore)?.Missing is { } missing)
        {
            throw new StoreNotUsableException(missing);
        }
    }
}
