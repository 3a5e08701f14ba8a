using System.Buffers;
using System.Collections.Frozen;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using RagPy.Core.Pipeline;

namespace RagPy.Core.Providers;

/// <summary>
/// Speaks to remote engines: waits for a place in the gate, sends, reads the whole answer within limits, and turns everything that is no success into what it means.
/// A try that may pass is repeated after the wait that was asked for, without holding a place meanwhile; when the wait is long, the exception goes to the caller,
/// whose work item then waits instead.
/// </summary>
internal sealed class ProviderClient(
    IHttpClientFactory clients,
    RateGates gates,
    ICallPermits permits,
    ProviderTelemetry telemetry,
    ProviderWaits waits,
    TimeProvider time
)
{
    /// <summary>Name of the factory's client for addresses that the operator set.</summary>
    public const string ClientName = "RagPy.Providers";

    /// <summary>Name of the factory's client that connects to public addresses only.</summary>
    public const string GuardedClientName = "RagPy.Providers.Public";

    /// <summary>Longest wait between two tries that is waited for here.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(15);

    private const int MaxErrorBytes = 64 << 10;

    /// <summary>Sends a request until it succeeds, is refused, or is to be tried again much later.</summary>
    /// <exception cref="DocumentFailedException">Key or account: nothing helps but a person.</exception>
    /// <exception cref="ProviderRefusedException">The provider will not fulfil this request.</exception>
    /// <exception cref="TransientFailureException">It did not work so far, and may later.</exception>
    public Task<ProviderAnswer> SendAsync(ProviderRequest request, CancellationToken cancellationToken) =>
        SendAsync(request, answer => answer, cancellationToken);

    /// <summary>As the other, and reads the answer; one that cannot be read counts as broken off.</summary>
    /// <param name="read">Throws <see cref="JsonException"/> when the answer is not what it should be.</param>
    public async Task<T> SendAsync<T>(ProviderRequest request, Func<ProviderAnswer, T> read, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(request.Endpoint.Key) && request.Endpoint is { KeySetting.Length: > 0, IsKeyOptional: false })
        {
            throw ProviderFailures.NoKey(request.Endpoint.Name, request.Endpoint.KeySetting);
        }

        for (var attempt = 0; ; attempt++)
        {
            TimeSpan wait;
            try
            {
                return await TryAsync(request, read, cancellationToken);
            }
            catch (TransientFailureException transient) when (attempt + 1 < request.Tries)
            {
                wait = Backoff.Delay(waits.First, attempt, transient.RetryAfter, Random.Shared);
                if (wait > s_patience)
                {
                    throw;
                }
            }

            await Task.Delay(wait, time, cancellationToken);
        }
    }

    private async Task<T> TryAsync<T>(ProviderRequest request, Func<ProviderAnswer, T> read, CancellationToken cancellationToken)
    {
        var limit = (request.MaxConcurrent, request.TokensPerMinute);
        using var place = await gates.Get(request.Gate).EnterAsync(request.Party, request.Tokens, limit, cancellationToken);
        // In this order: a gate that must slow down then keeps no place of the pool from other models.
        using var pooled = await EnterPoolAsync(request, cancellationToken);
        await using var permit = await permits.AcquireAsync(request, cancellationToken);
        using var activity = ProviderTelemetry.Start(request);
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(request.Timeout);
        var begun = time.GetTimestamp();
        string? error = "cancelled";
        try
        {
            var answer = await ExchangeAsync(request, place, limited.Token);

            // Before the answer is read, and the permit first: what goes to Redis arrives in this order, so that the next call waits for neither.
            var released = permit.DisposeAsync().AsTask();
            place.Dispose();
            var value = read(answer);
            await released;
            error = null;
            return value;
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            error = "timeout";
            var seconds = request.Timeout.TotalSeconds.ToString("0", CultureInfo.InvariantCulture);
            throw ProviderFailures.NoAnswer(request.Endpoint, $"did not answer within {seconds} seconds", exception);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            error = (exception as HttpRequestException)?.HttpRequestError.ToString() ?? "cut";
            throw ProviderFailures.NoAnswer(request.Endpoint, "cannot be reached, or broke off its answer", exception);
        }
        catch (JsonException exception)
        {
            error = "unreadable";
            throw ProviderFailures.NoAnswer(request.Endpoint, "gave an answer that cannot be read", exception);
        }
        catch (Exception exception) when (exception is TransientFailureException or ProviderRefusedException or DocumentFailedException)
        {
            error = "said_in_answer";
            throw;
        }
        catch (StatusException exception)
        {
            error = exception.Status.ToString(CultureInfo.InvariantCulture);
            throw exception.Meaning;
        }
        finally
        {
            telemetry.Count(request, activity, time.GetElapsedTime(begun), error);
        }
    }

    private async Task<RateGate.Place?> EnterPoolAsync(ProviderRequest request, CancellationToken cancellationToken) =>
        request.Pool == request.Gate
            ? null
            : await gates.Get(request.Pool).EnterAsync(request.Party, tokens: 0, (request.MaxConcurrent, 0), cancellationToken);

    private async Task<ProviderAnswer> ExchangeAsync(ProviderRequest request, RateGate.Place place, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(request.Method, request.Endpoint.At(request.Path))
        {
            Content = request.Content?.Invoke(),
        };
        Authorize(message, request.Endpoint);
        foreach (var (name, value) in request.Headers ?? FrozenDictionary<string, string>.Empty)
        {
            message.Headers.TryAddWithoutValidation(name, value);
        }

        var client = clients.CreateClient(request.Endpoint.IsFromPerson ? GuardedClientName : ClientName);
        using var response = await client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (response.StatusCode == HttpStatusCode.TooManyRequests)
        {
            place.Limited(RetryAfter.Of(response.Headers, time.GetUtcNow()));
        }
        else
        {
            place.Accepted(RateHeaders.Of(response.Headers), request.Tokens);
        }

        if (!response.IsSuccessStatusCode)
        {
            var error = await ReadAsync(response, MaxErrorBytes, cutsOff: true, cancellationToken);
            var retryAfter = RetryAfter.Of(response.Headers, time.GetUtcNow());
            throw new StatusException(
                (int)response.StatusCode,
                ProviderFailures.Of(request.Endpoint, response.StatusCode, error.Span, retryAfter)
            );
        }

        var body = await ReadAsync(response, request.MaxAnswerBytes, cutsOff: false, cancellationToken);
        return new ProviderAnswer(body, response.Content.Headers.ContentType?.MediaType ?? "");
    }

    private static void Authorize(HttpRequestMessage message, ProviderEndpoint endpoint)
    {
        if (string.IsNullOrEmpty(endpoint.Key))
        {
            return;
        }

        if (endpoint.KeyHeader is { } header)
        {
            message.Headers.TryAddWithoutValidation(header, endpoint.Key);
        }
        else
        {
            message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", endpoint.Key);
        }
    }

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(
        HttpResponseMessage response,
        long limit,
        bool cutsOff,
        CancellationToken cancellationToken
    )
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var body = new ArrayBufferWriter<byte>(
            (int)Math.Clamp(response.Content.Headers.ContentLength ?? 4096, 256, Math.Min(limit, 8 << 20))
        );
        while (await stream.ReadAsync(body.GetMemory(4096), cancellationToken) is > 0 and var read)
        {
            body.Advance(read);
            if (body.WrittenCount > limit)
            {
                return cutsOff
                    ? body.WrittenMemory[..(int)limit]
                    : throw new HttpRequestException(HttpRequestError.ConfigurationLimitExceeded, "The answer is too long.");
            }
        }

        return body.WrittenMemory;
    }

    /// <summary>Carries a status to where the try is counted.</summary>
    private sealed class StatusException(int status, Exception meaning) : Exception
    {
        public int Status { get; } = status;

        public Exception Meaning { get; } = meaning;
    }
}
