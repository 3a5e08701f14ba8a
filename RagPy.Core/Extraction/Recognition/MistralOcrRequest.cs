using System.Text.Json;

namespace RagPy.Core.Extraction.Recognition;

/// <summary>A request of <c>POST /v1/ocr</c> (schema <c>OCRRequest</c> of Mistral's OpenAPI document).</summary>
internal static class MistralOcrRequest
{
    /// <summary>Writes it as an object.</summary>
    /// <param name="model">Null where it is said elsewhere, as in a batch.</param>
    /// <param name="file">Id of an uploaded file; null to send <paramref name="bytes"/> within.</param>
    /// <param name="indexes">0-based pages.</param>
    public static void Write(Utf8JsonWriter json, string? model, string? file, byte[] bytes, IEnumerable<int> indexes)
    {
        json.WriteStartObject();
        if (model is not null)
        {
            json.WriteString("model", model);
        }

        json.WriteStartObject("document");
        json.WriteString("type", file is null ? "document_url" : "file");
        json.WriteString(file is null ? "document_url" : "file_id", file ?? $"data:application/pdf;base64,{Convert.ToBase64String(bytes)}");
        json.WriteEndObject();
        json.WriteStartArray("pages");
        foreach (var index in indexes)
        {
            json.WriteNumberValue(index);
        }

        json.WriteEndArray();
        json.WriteBoolean("include_image_base64", false);
        json.WriteBoolean("include_blocks", true);
        json.WriteEndObject();
    }
}
