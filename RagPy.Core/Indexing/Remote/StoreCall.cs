using System.Buffers;
using System.Text.Json;
using RagPy.Core.Providers;

namespace RagPy.Core.Indexing.Remote;

/// <summary>One request to a vector store.</summary>
/// <param name="Path">Below the store's address, without a slash in front; may have a query.</param>
/// <param name="Operation">One of <see cref="StoreOperations"/>.</param>
internal sealed record StoreCall(HttpMethod Method, string Path, string Operation)
{
    /// <summary>Gives the body, once for each try; null for none.</summary>
    public Func<ReadOnlyMemory<byte>>? Body { get; init; }

    /// <summary>Where to, when not to the store's usual address.</summary>
    public ProviderEndpoint? Endpoint { get; init; }

    /// <summary>Headers beside those of authorization and content.</summary>
    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    /// <summary>A call with a small body.</summary>
    public static StoreCall With(HttpMethod method, string path, string operation, Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            write(writer);
        }

        return new StoreCall(method, path, operation) { Body = () => buffer.WrittenMemory };
    }
}
