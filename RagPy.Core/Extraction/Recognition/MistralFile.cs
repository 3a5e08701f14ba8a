using System.Text.Json.Serialization;

namespace RagPy.Core.Extraction.Recognition;

/// <summary>A file at Mistral (schema <c>FileSchema</c> of its OpenAPI document), as far as it is used here.</summary>
/// <param name="CreatedAt">Unix time, in seconds.</param>
internal sealed record MistralFile(
    [property: JsonPropertyName("id"), JsonRequired] string Id,
    [property: JsonPropertyName("filename"), JsonRequired] string Name,
    [property: JsonPropertyName("created_at"), JsonRequired] long CreatedAt
);
