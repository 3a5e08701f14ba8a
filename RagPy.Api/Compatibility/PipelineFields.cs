using System.Globalization;
using System.Text.Json;

namespace RagPy.Api.Compatibility;

/// <summary>
/// The fields of a request wherever they are. The load plan sends JSON to routes that it declares with query parameters, and the original took forms:
/// all three are read, the body first.
/// </summary>
internal sealed class PipelineFields
{
    private readonly Dictionary<string, JsonElement> _fields = new(StringComparer.Ordinal);

    /// <summary>Reads the request.</summary>
    /// <exception cref="PipelineValidationException">The body is no JSON object.</exception>
    public static async Task<PipelineFields> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var fields = new PipelineFields();
        foreach (var (name, value) in request.Query)
        {
            fields._fields[name] = JsonSerializer.SerializeToElement(value.ToString());
        }

        if (request.HasFormContentType)
        {
            foreach (var (name, value) in await request.ReadFormAsync(cancellationToken))
            {
                fields._fields[name] = JsonSerializer.SerializeToElement(value.ToString());
            }
        }
        else if (request.ContentLength is > 0 || request.Headers.TransferEncoding.Count > 0)
        {
            await fields.AddJsonAsync(request.Body, cancellationToken);
        }

        return fields;
    }

    /// <summary>A text, or null when it is not given.</summary>
    /// <exception cref="PipelineValidationException">It is of another type, or its length is out of range.</exception>
    public string? Text(string name, int minLength, int maxLength)
    {
        if (!_fields.TryGetValue(name, out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.String)
        {
            throw new PipelineValidationException("string_type", name, "Input should be a valid string", value);
        }

        var text = value.GetString()!;
        return text.Length < minLength
                ? throw new PipelineValidationException(
                    "string_too_short",
                    name,
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"String should have at least {minLength} character{(minLength == 1 ? "" : "s")}"
                    ),
                    value
                )
            : text.Length > maxLength
                ? throw new PipelineValidationException(
                    "string_too_long",
                    name,
                    string.Create(CultureInfo.InvariantCulture, $"String should have at most {maxLength} characters"),
                    value
                )
            : text;
    }

    /// <summary>A whole number, or null when it is not given.</summary>
    /// <exception cref="PipelineValidationException">It is none.</exception>
    public long? Integer(string name)
    {
        if (!_fields.TryGetValue(name, out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        return
            (value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number))
            || (
                value.ValueKind == JsonValueKind.String
                && long.TryParse(value.GetString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number)
            )
            ? number
            : throw new PipelineValidationException(
                "int_parsing",
                name,
                "Input should be a valid integer, unable to parse string as an integer",
                value
            );
    }

    /// <summary>A number above zero, or null when it is not given.</summary>
    /// <exception cref="PipelineValidationException">It is none.</exception>
    public double? Positive(string name)
    {
        if (!_fields.TryGetValue(name, out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && number > 0
            ? number
            : throw new PipelineValidationException("greater_than", name, "Input should be greater than 0", value);
    }

    /// <summary>What a field that must be there is answered with when it is not.</summary>
    public static PipelineValidationException Missing(string name) => new("missing", name, "Field required", null);

    private async Task AddJsonAsync(Stream body, CancellationToken cancellationToken)
    {
        JsonElement json;
        try
        {
            json = await JsonSerializer.DeserializeAsync<JsonElement>(body, JsonSerializerOptions.Web, cancellationToken);
        }
        catch (JsonException)
        {
            throw new PipelineValidationException("json_invalid", null, "JSON decode error", null);
        }

        if (json.ValueKind != JsonValueKind.Object)
        {
            throw new PipelineValidationException("model_attributes_type", null, "Input should be a valid dictionary or object", json);
        }

        foreach (var property in json.EnumerateObject())
        {
            _fields[property.Name] = property.Value;
        }
    }
}
