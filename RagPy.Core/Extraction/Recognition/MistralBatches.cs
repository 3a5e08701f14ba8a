using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using RagPy.Core.Providers;
using RagPy.Core.Settings;

namespace RagPy.Core.Extraction.Recognition;

/// <summary>
/// Mistral's batch jobs for OCR, at half the price of single calls: <c>/v1/batch/jobs</c> by the guide "Batch processing" and the API reference "Batch" of
/// docs.mistral.ai and the models of its client library, for its OpenAPI document is published without them.
/// </summary>
internal sealed class MistralBatches(ProviderClient client, ProviderEndpoints endpoints, RagPySettings settings)
{
    /// <summary>Pages of one request of a batch: what fails with it is bought page by page at the full price.</summary>
    public const int PagesPerRequest = 10;

    /// <summary>Key of the metadata that tells whose job it is; at most 32 characters.</summary>
    private const string Identity = "ragpy_batch";

    private const string Jobs = "v1/batch/jobs";
    private const int PageSize = 100;
    private const int MostPages = 100;

    private static readonly TimeSpan s_skew = TimeSpan.FromHours(1);
    private static readonly MediaTypeHeaderValue s_json = new("application/json");

    /// <summary>Longest time of a call that makes a job: after that it is there, or never will be.</summary>
    public static readonly TimeSpan CreationTimeout = TimeSpan.FromSeconds(60);

    /// <exception cref="ProviderNotConfiguredException">There is no key.</exception>
    public MistralFiles Files => new(client, Endpoint, settings);

    private ProviderEndpoint Endpoint => endpoints.Require(ProviderEndpoints.Mistral);

    /// <summary>Begins the name of every file that is uploaded for a batch.</summary>
    public static string FilePrefixOf(Guid batch) => $"ragpy-{batch:N}-";

    /// <summary>Writes the requests for the pages of files, one a line.</summary>
    public static byte[] Requests(IEnumerable<(long File, string Uploaded, IReadOnlyList<int> Pages)> files)
    {
        using var buffer = new MemoryStream();
        using var json = new Utf8JsonWriter(buffer);
        foreach (var (file, uploaded, pages) in files)
        {
            foreach (var (request, group) in pages.Chunk(PagesPerRequest).Index())
            {
                json.WriteStartObject();
                json.WriteString("custom_id", MistralBatchAnswers.CustomIdOf(file, request));
                json.WritePropertyName("body");
                MistralOcrRequest.Write(json, model: null, uploaded, [], group.Select(page => page - 1));
                json.WriteEndObject();
                json.Flush();
                json.Reset();
                buffer.WriteByte((byte)'\n');
            }
        }

        return buffer.ToArray();
    }

    /// <summary>Makes a job. Sent once: when no answer comes, nobody knows whether there is one.</summary>
    /// <param name="batch">Our own name for it.</param>
    /// <param name="inputFile">Id of the uploaded requests.</param>
    public Task<MistralBatchJob> CreateAsync(Guid batch, string model, string inputFile, CancellationToken cancellationToken)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(
            new Dictionary<string, object>
            {
                ["input_files"] = new[] { inputFile },
                ["model"] = model,
                ["endpoint"] = "/v1/ocr",
                ["timeout_hours"] = settings.MistralOcrBatchHours,
                ["metadata"] = new Dictionary<string, string> { [Identity] = batch.ToString("N") },
            }
        );
        var request = Request(Jobs, HttpMethod.Post) with
        {
            Content = () =>
            {
                var content = new ByteArrayContent(body);
                content.Headers.ContentType = s_json;
                return content;
            },
            Timeout = CreationTimeout,
            Tries = 1,
        };
        return client.SendAsync(request, answer => Read<MistralBatchJob>(answer.Body), cancellationToken);
    }

    /// <summary>A job; refused with 404 when there is none.</summary>
    public Task<MistralBatchJob> GetAsync(string job, CancellationToken cancellationToken) =>
        client.SendAsync(
            Request($"{Jobs}/{Uri.EscapeDataString(job)}", HttpMethod.Get),
            answer => Read<MistralBatchJob>(answer.Body),
            cancellationToken
        );

    /// <summary>Looks for the job that carries our name for it.</summary>
    /// <param name="since">It is not older.</param>
    public async Task<MistralBatchJob?> FindAsync(Guid batch, DateTimeOffset since, CancellationToken cancellationToken)
    {
        // The name is compared here: how a filter of metadata is written in a query is not documented.
        var after = Uri.EscapeDataString((since - s_skew).UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture));
        for (var page = 0; page < MostPages; page++)
        {
            var path = new StringBuilder(Jobs).Append(
                CultureInfo.InvariantCulture,
                $"?page={page}&page_size={PageSize}&created_after={after}"
            );
            var list = await client.SendAsync(
                Request(path.ToString(), HttpMethod.Get),
                answer => Read<JobList>(answer.Body),
                cancellationToken
            );
            var jobs = list.Data ?? [];
            if (jobs.FirstOrDefault(job => IsNamed(job, batch)) is { } found)
            {
                return found;
            }

            if (jobs.Count < PageSize)
            {
                break;
            }
        }

        return null;
    }

    private static bool IsNamed(MistralBatchJob job, Guid batch) =>
        job.Metadata?.TryGetValue(Identity, out var name) == true
        && name.ValueKind == JsonValueKind.String
        && name.GetString() == batch.ToString("N");

    private ProviderRequest Request(string path, HttpMethod method) =>
        new(Endpoint, path, "batch") { Method = method, MaxConcurrent = settings.MistralConcurrentCalls };

    private static T Read<T>(ReadOnlyMemory<byte> body) =>
        JsonSerializer.Deserialize<T>(body.Span) ?? throw new JsonException("The answer is null.");

    private sealed record JobList([property: JsonPropertyName("data")] IReadOnlyList<MistralBatchJob>? Data);
}
