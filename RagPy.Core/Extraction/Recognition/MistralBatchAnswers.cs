using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace RagPy.Core.Extraction.Recognition;

/// <summary>
/// The answers of a batch job: one JSON object a line, with the <c>custom_id</c> of its request and what the endpoint would have answered as
/// <c>response.body</c> (Mistral's guide "Batch processing"). Requests that failed are in another file, or have a status other than 200.
/// </summary>
internal static class MistralBatchAnswers
{
    /// <summary>Names a request by the file that its pages are of.</summary>
    public static string CustomIdOf(long file, int request) => string.Create(CultureInfo.InvariantCulture, $"{file}-{request}");

    /// <summary>Reads the lines that can be read.</summary>
    /// <param name="atLeast">Successful answers that there should be.</param>
    /// <exception cref="JsonException">There are fewer.</exception>
    public static IReadOnlyList<(long File, MistralOcrAnswer Answer)> Read(ReadOnlyMemory<byte> content, int atLeast)
    {
        var answers = new List<(long, MistralOcrAnswer)>();
        foreach (var range in content.Span.Split((byte)'\n'))
        {
            if (ReadLine(content[range]) is { } answer)
            {
                answers.Add(answer);
            }
        }

        return answers.Count >= atLeast
            ? answers
            : throw new JsonException($"There are {answers.Count} answers where {atLeast} should be.");
    }

    private static (long File, MistralOcrAnswer Answer)? ReadLine(ReadOnlyMemory<byte> line)
    {
        if (line.Span.Trim(" \r\t"u8).IsEmpty)
        {
            return null;
        }

        try
        {
            var row = JsonSerializer.Deserialize<Row>(line.Span);
            return
                row?.Response is { Status: 200, Body: { ValueKind: JsonValueKind.Object } body }
                && long.TryParse(row.CustomId?.Split('-')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var file)
                && body.Deserialize<MistralOcrAnswer>() is { } answer
                ? (file, answer)
                : null;
        }
        catch (JsonException)
        {
            // Cut off, or no answer of OCR: its pages are missing, which the caller sees.
            return null;
        }
    }

    private sealed record Row(
        [property: JsonPropertyName("custom_id")] string? CustomId,
        [property: JsonPropertyName("response")] RowResponse? Response
    );

    private sealed record RowResponse(
        [property: JsonPropertyName("status_code")] int Status,
        [property: JsonPropertyName("body")] JsonElement? Body
    );
}
