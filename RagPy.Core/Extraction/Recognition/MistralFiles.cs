using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization;
using RagPy.Core.Providers;
using RagPy.Core.Settings;

namespace RagPy.Core.Extraction.Recognition;

/// <summary>Mistral's files: <c>/v1/files</c> of its OpenAPI document, content and deletion by its API reference ("Files").</summary>
internal sealed class MistralFiles(ProviderClient client, ProviderEndpoint endpoint, RagPySettings settings)
{
    private const int PageSize = 100;
    private const int MostPages = 100;
    private const int NotFound = 404;
    private const long MaxContentBytes = 1L << 30;

    private static readonly TimeSpan s_quick = TimeSpan.FromSeconds(15);

    private TimeSpan Timeout => TimeSpan.FromSeconds(settings.MistralOcrTimeoutSeconds);

    /// <summary>Uploads a file.</summary>
    /// <param name="purpose"><c>ocr</c> or <c>batch</c>.</param>
    /// <param name="name">What it is called there: nothing of the document, that is not the provider's business.</param>
    /// <param name="open">Opens the content, once for each try.</param>
    /// <returns>Its id.</returns>
    public Task<string> UploadAsync(
        string purpose,
        string name,
        string contentType,
        Func<Stream> open,
        string party,
        CancellationToken cancellationToken
    )
    {
        var request = Request("v1/files", HttpMethod.Post, party, () => Upload(purpose, name, contentType, open)) with
        {
            Timeout = Timeout,
        };
        return client.SendAsync(request, answer => IdOf(answer.Body), cancellationToken);
    }

    /// <summary>Deletes a file; one that is not there is deleted.</summary>
    public async Task DeleteAsync(string id, string party, CancellationToken cancellationToken)
    {
        try
        {
            var request = Request($"v1/files/{Uri.EscapeDataString(id)}", HttpMethod.Delete, party) with { Timeout = s_quick, Tries = 2 };
            await client.SendAsync(request, cancellationToken);
        }
        catch (ProviderRefusedException refused) when (refused.Status == NotFound)
        {
            // Done before, by an earlier try or by hand.
        }
    }

    /// <summary>The files whose names begin so.</summary>
    public async Task<IReadOnlyList<MistralFile>> FindAsync(string prefix, CancellationToken cancellationToken)
    {
        var found = new List<MistralFile>();
        for (var page = 0; page < MostPages; page++)
        {
            var path = string.Create(
                CultureInfo.InvariantCulture,
                $"v1/files?page={page}&page_size={PageSize}&search={Uri.EscapeDataString(prefix)}"
            );
            var files = await client.SendAsync(Request(path, HttpMethod.Get, ""), answer => ListOf(answer.Body), cancellationToken);
            found.AddRange(files.Where(file => file.Name.StartsWith(prefix, StringComparison.Ordinal)));
            if (files.Count < PageSize)
            {
                break;
            }
        }

        return found;
    }

    /// <summary>The content of a file, in one piece.</summary>
    /// <param name="read">Throws <see cref="JsonException"/> when it is not whole: then it is fetched again.</param>
    public Task<T> ReadAsync<T>(string id, Func<ReadOnlyMemory<byte>, T> read, CancellationToken cancellationToken)
    {
        var request = Request($"v1/files/{Uri.EscapeDataString(id)}/content", HttpMethod.Get, "") with
        {
            Timeout = Timeout,
            Tries = 2,
            MaxAnswerBytes = MaxContentBytes,
        };
        return client.SendAsync(request, answer => read(answer.Body), cancellationToken);
    }

    private ProviderRequest Request(string path, HttpMethod method, string party, Func<HttpContent>? content = null) =>
        new(endpoint, path, "files", content)
        {
            Method = method,
            Party = party,
            MaxConcurrent = settings.MistralConcurrentCalls,
        };

    private static MultipartFormDataContent Upload(string purpose, string name, string contentType, Func<Stream> open)
    {
        var content = new StreamContent(open());
        content.Headers.ContentType = new MediaTypeHeaderValue(contentType);
        return new MultipartFormDataContent { { new StringContent(purpose), "purpose" }, { content, "file", name } };
    }

    private static string IdOf(ReadOnlyMemory<byte> body)
    {
        using var answer = JsonDocument.Parse(body);
        return
            answer.RootElement.ValueKind == JsonValueKind.Object
            && answer.RootElement.TryGetProperty("id", out var id)
            && id.GetString() is { Length: > 0 } text
            ? text
            : throw new JsonException("The answer has no id.");
    }

    private static IReadOnlyList<MistralFile> ListOf(ReadOnlyMemory<byte> body) =>
        JsonSerializer.Deserialize<FileList>(body.Span)?.Data ?? throw new JsonException("The answer is no list of files.");

    private sealed record FileList([property: JsonPropertyName("data"), JsonRequired] IReadOnlyList<MistralFile> Data);
}
