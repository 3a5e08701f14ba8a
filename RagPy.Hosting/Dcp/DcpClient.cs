using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace RagPy.Hosting.Dcp;

/// <summary>Calls the orchestrator's API: small JSON objects over HTTPS, by the conventions of Kubernetes.</summary>
internal sealed class DcpClient(DcpConnection connection) : IDisposable
{
    private const string Base = $"apis/{DcpKind.ApiVersion}";
    private const string MergePatch = "application/merge-patch+json";
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    internal static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    private readonly HttpClient _http = connection.CreateClient();

    /// <summary>Whether the orchestrator answers at this address, to this token.</summary>
    public static async Task<bool> IsReadyAsync(DcpConnection connection, CancellationToken cancellationToken)
    {
        using var http = connection.CreateClient();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(s_patience);
        try
        {
            // Not only its probe, which asks for no token.
            using var probe = await http.GetAsync("readyz", patience.Token);
            using var list = await http.GetAsync($"{Base}/{DcpKind.Services}", patience.Token);

            return probe.IsSuccessStatusCode && list.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>Makes an object.</summary>
    /// <exception cref="DcpException">The orchestrator refused it or does not answer.</exception>
    public Task CreateAsync<TSpec, TStatus>(string plural, DcpObject<TSpec, TStatus> value, CancellationToken cancellationToken)
        where TSpec : class
        where TStatus : class =>
        SendAsync(HttpMethod.Post, $"{Base}/{plural}", JsonContent.Create(value, options: Json), cancellationToken);

    /// <summary>Changes an executable so that it ends: SIGTERM, and SIGKILL when that does not help.</summary>
    public Task StopExecutableAsync(string name, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Patch, $"{Base}/{DcpKind.Executables}/{name}", Patch("""{"spec":{"stop":true}}"""), cancellationToken);

    /// <summary>Removes an object; there being none is as good.</summary>
    public Task DeleteAsync(string plural, string name, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Delete, $"{Base}/{plural}/{name}", content: null, cancellationToken, HttpStatusCode.NotFound);

    /// <summary>All objects of a kind.</summary>
    public async Task<IReadOnlyList<T>> ListAsync<T>(string plural, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(s_patience);
        var list = await _http.GetFromJsonAsync<DcpList<T>>($"{Base}/{plural}", Json, patience.Token);

        return list?.Items ?? [];
    }

    /// <summary>The objects of a kind and what happens to them, until cancelled or the orchestrator ends the stream.</summary>
    public async IAsyncEnumerable<WatchEvent<T>> WatchAsync<T>(string plural, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var response = await _http.GetAsync(
            $"{Base}/{plural}?watch=true",
            HttpCompletionOption.ResponseHeadersRead,
            cancellationToken
        );
        response.EnsureSuccessStatusCode();
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var reader = new StreamReader(stream);
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            if (JsonSerializer.Deserialize<WatchEvent<T>>(line, Json) is { } change)
            {
                yield return change;
            }
        }
    }

    /// <summary>The last lines that an executable printed.</summary>
    /// <param name="source"><c>stdout</c>, <c>stderr</c> or <c>system</c> (the orchestrator's own words).</param>
    public async Task<IReadOnlyList<string>> ReadLastLinesAsync(string name, string source, int lines, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(s_patience);
        var url = $"{Base}/{DcpKind.Executables}/{name}/log?source={source}&follow=false&timestamps=false&tail={lines}";
        using var response = await _http.GetAsync(url, patience.Token);
        if (!response.IsSuccessStatusCode)
        {
            return [];
        }

        var text = await response.Content.ReadAsStringAsync(patience.Token);

        return text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }

    /// <summary>What an executable prints, each line after its time; nothing when there is no such executable.</summary>
    /// <param name="source"><c>stdout</c> or <c>stderr</c>.</param>
    /// <param name="follow">Goes on until the executable has ended.</param>
    /// <param name="skip">Lines left out at the beginning.</param>
    /// <exception cref="HttpRequestException">The orchestrator does not answer, or refuses.</exception>
    /// <exception cref="IOException">It broke off.</exception>
    public async IAsyncEnumerable<string> ReadLogAsync(
        string name,
        string source,
        bool follow,
        int skip,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var url = $"{Base}/{DcpKind.Executables}/{name}/log?source={source}&follow={(follow ? "true" : "false")}&timestamps=true";
        using var response = await _http.GetAsync(
            skip == 0 ? url : $"{url}&skip={skip}",
            HttpCompletionOption.ResponseHeadersRead,
            cancellationToken
        );
        if (response.StatusCode is HttpStatusCode.NotFound)
        {
            yield break;
        }

        response.EnsureSuccessStatusCode();
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var reader = new StreamReader(stream);
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            yield return line;
        }
    }

    /// <summary>Tells the orchestrator to end everything and then itself.</summary>
    public Task ShutDownAsync(CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Patch, "admin/execution", Patch("""{"status":"Stopping"}"""), cancellationToken);

    public void Dispose() => _http.Dispose();

    private static StringContent Patch(string json)
    {
        var content = new StringContent(json);
        content.Headers.ContentType = new MediaTypeHeaderValue(MergePatch);

        return content;
    }

    private async Task SendAsync(
        HttpMethod method,
        string path,
        HttpContent? content,
        CancellationToken cancellationToken,
        HttpStatusCode? asGood = null
    )
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(s_patience);
        using var request = new HttpRequestMessage(method, path) { Content = content };
        try
        {
            using var response = await _http.SendAsync(request, patience.Token);
            if (!response.IsSuccessStatusCode && response.StatusCode != asGood)
            {
                var answer = await response.Content.ReadAsStringAsync(patience.Token);
                throw new DcpException($"The orchestrator refused {method} {path}: {(int)response.StatusCode} {answer.Trim()}");
            }
        }
        catch (HttpRequestException e)
        {
            throw new DcpException($"The orchestrator does not answer ({e.Message}).", e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new DcpException($"The orchestrator did not answer within {s_patience.TotalSeconds:0} s.", e);
        }
    }
}
