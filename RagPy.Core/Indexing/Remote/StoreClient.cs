using System.Net.Http.Headers;
using System.Text.Json;
using RagPy.Core.Pipeline;
using RagPy.Core.Providers;

namespace RagPy.Core.Indexing.Remote;

/// <summary>Exchanges JSON with a vector store.</summary>
/// <param name="missing">What must be set first, as a sentence; null when nothing is missing.</param>
internal sealed class StoreClient(ProviderClient client, ProviderEndpoint endpoint, string? missing)
{
    private const string Json = "application/json";

    /// <summary>Writes at once, over all batches of this process.</summary>
    private const int WriteStreams = 3;

    private const int OtherCalls = 32;

    /// <summary>Sends a request and reads its answer. An answer that is no JSON was cut off: what was asked is idempotent, so it is asked once more.</summary>
    /// <exception cref="DocumentFailedException">A key or an address is missing or refused.</exception>
    /// <exception cref="ProviderRefusedException">The store will not do this.</exception>
    /// <exception cref="TransientFailureException">It did not work so far, and may later.</exception>
    public async Task<T> SendAsync<T>(StoreCall call, Func<JsonElement, T> read, CancellationToken cancellationToken)
    {
        if (missing is not null)
        {
            throw new DocumentFailedException(FailureCode.ProviderAuth, missing);
        }

        for (var attempt = 0; ; attempt++)
        {
            var answer = await client.SendAsync(RequestOf(call), cancellationToken).ConfigureAwait(false);
            try
            {
                using var document = JsonDocument.Parse(answer.Body.IsEmpty ? "{}"u8.ToArray() : answer.Body);
                return read(document.RootElement);
            }
            catch (Exception exception)
                when (exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
            {
                if (attempt > 0)
                {
                    throw ProviderFailures.NoAnswer(endpoint, "gave an answer that cannot be read", exception);
                }
            }
        }
    }

    /// <summary>As the other, for answers of which only the success matters.</summary>
    public Task SendAsync(StoreCall call, CancellationToken cancellationToken) => SendAsync(call, static _ => true, cancellationToken);

    /// <summary>As the others, for what may not be there.</summary>
    /// <returns>Null when the store says 404.</returns>
    public async Task<T?> FindAsync<T>(StoreCall call, Func<JsonElement, T> read, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return await SendAsync(call, read, cancellationToken).ConfigureAwait(false);
        }
        catch (ProviderRefusedException exception) when (exception.Status == 404)
        {
            return null;
        }
    }

    private ProviderRequest RequestOf(StoreCall call)
    {
        var isWrite = call.Operation == StoreOperations.Write;
        return new ProviderRequest(
            call.Endpoint ?? endpoint,
            call.Path,
            call.Operation,
            call.Body is null ? null : () => Content(call.Body())
        )
        {
            Method = call.Method,
            Headers = call.Headers,
            MaxConcurrent = isWrite ? WriteStreams : OtherCalls,
            // Someone waits for the answer of a search.
            Tries = call.Operation == StoreOperations.Query ? 2 : 4,
        };
    }

    private static ReadOnlyMemoryContent Content(ReadOnlyMemory<byte> body)
    {
        var content = new ReadOnlyMemoryContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue(Json);
        return content;
    }
}
