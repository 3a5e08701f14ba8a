using System.Text.Json;
using RagPy.Core.Embedding;

namespace RagPy.Core.Indexing.Remote;

/// <summary>Vectors in requests to stores, written straight into the request's buffer: nothing is made for each of them.</summary>
internal static class StoreJson
{
    /// <summary>For writers of many points: what is written is right by construction.</summary>
    public static JsonWriterOptions Unchecked { get; } = new() { SkipValidation = true };

    /// <summary>A property with an array of numbers.</summary>
    public static void WriteFloats(Utf8JsonWriter json, string name, ReadOnlySpan<float> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteNumberValue(value);
        }

        json.WriteEndArray();
    }

    /// <summary>Properties <c>indices</c> and <c>values</c>.</summary>
    /// <param name="weight">Value of the term at a position.</param>
    public static void WriteSparse<TState>(Utf8JsonWriter json, SparseVector vector, Func<TState, int, float> weight, TState state)
    {
        json.WriteStartArray("indices");
        foreach (var term in vector.Terms)
        {
            json.WriteNumberValue(term);
        }

        json.WriteEndArray();
        json.WriteStartArray("values");
        for (var i = 0; i < vector.Terms.Length; i++)
        {
            json.WriteNumberValue(weight(state, i));
        }

        json.WriteEndArray();
    }

    /// <summary>A property with an array of ids.</summary>
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
