using System.Text.Json;

namespace RagPy.Core.Indexing.Remote;

/// <summary>What bodies of several stores have in common.</summary>
internal static class StoreJson
{
    /// <summary>For bodies whose shape is fixed in code.</summary>
    public static JsonWriterOptions Unchecked { get; } = new() { SkipValidation = true };

    public static void WriteFloats(Utf8JsonWriter json, string name, ReadOnlySpan<float> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteNumberValue(value);
        }

        json.WriteEndArray();
    }

    public static void WriteTexts(Utf8JsonWriter json, string name, IEnumerable<Guid> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }
}
