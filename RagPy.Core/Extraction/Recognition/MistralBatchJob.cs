using System.Text.Json;
using System.Text.Json.Serialization;

namespace RagPy.Core.Extraction.Recognition;

/// <summary>A batch job as Mistral tells of it (model <c>BatchJob</c> of its client library), as far as it is used here.</summary>
/// <param name="Total">Requests in it; 0 until it was looked at there.</param>
/// <param name="Completed">Requests that were carried out, successfully or not.</param>
/// <param name="OutputFile">File of the answers, once it has ended; null when there is none.</param>
/// <param name="ErrorFile">File of the requests that failed; null when there is none.</param>
internal sealed record MistralBatchJob(
    [property: JsonPropertyName("id"), JsonRequired] string Id,
    [property: JsonPropertyName("status"), JsonRequired] string Status,
    [property: JsonPropertyName("metadata")] IReadOnlyDictionary<string, JsonElement>? Metadata,
    [property: JsonPropertyName("output_file")] string? OutputFile,
    [property: JsonPropertyName("error_file")] string? ErrorFile,
    [property: JsonPropertyName("total_requests")] int Total,
    [property: JsonPropertyName("completed_requests")] int Completed,
    [property: JsonPropertyName("succeeded_requests")] int Succeeded,
    [property: JsonPropertyName("errors")] IReadOnlyList<MistralBatchJob.Problem>? Errors
)
{
    /// <summary>Every request was carried out, which does not mean that each succeeded.</summary>
    [JsonIgnore]
    public bool IsSuccess => Status == "SUCCESS";

    /// <summary>Nothing more happens to it. One that was cancelled or timed out may have answers all the same.</summary>
    [JsonIgnore]
    public bool IsEnded => Status is "SUCCESS" or "FAILED" or "TIMEOUT_EXCEEDED" or "CANCELLED";

    /// <summary>Why it ended without success, for a person.</summary>
    [JsonIgnore]
    public string Reason => Errors is { Count: > 0 } errors ? $"{Status}: {errors[0].Message}".TrimEnd('.') : Status;

    /// <summary>A kind of error, and how often it occurred.</summary>
    internal sealed record Problem(
        [property: JsonPropertyName("message")] string? Message,
        [property: JsonPropertyName("count")] int Count
    );
}
