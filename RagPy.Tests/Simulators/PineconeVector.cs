using System.Text.Json;
using System.Text.Json.Nodes;

namespace RagPy.Tests.Simulators;

/// <summary>A vector of a <see cref="PineconeSimulatedIndex"/>.</summary>
/// <param name="Document">Value of the metadata that is filtered by.</param>
internal sealed record PineconeVector(string Id, float[] Values, SortedDictionary<uint, float> Sparse, JsonObject Metadata, string Document)
{
    private const int MostMetadata = 40_000;

    /// <summary>Reads a vector of an upsert.</summary>
    /// <param name="dimension">What it must have.</param>
    /// <param name="forgets">Values are checked, and not kept.</param>
    /// <exception cref="SimulatedException">Pinecone would refuse it.</exception>
    public static PineconeVector Read(JsonElement vector, int dimension, bool forgets)
    {
        var id = vector.GetProperty("id").GetString()!;
        if (id.Length is 0 or > 512 || !id.All(char.IsAscii))
        {
            throw new SimulatedException(400, "Vector id must be of 1 to 512 ASCII characters");
        }

        var values = new float[vector.GetProperty("values").GetArrayLength()];
        var next = 0;
        foreach (var value in vector.GetProperty("values").EnumerateArray())
        {
            values[next++] = value.GetSingle();
        }

        if (values.Length != dimension)
        {
            throw new SimulatedException(400, $"Vector dimension {values.Length} does not match the dimension of the index {dimension}");
        }

        if (Array.TrueForAll(values, v => v == 0))
        {
            throw new SimulatedException(400, "Dense vectors must contain at least one non-zero value");
        }

        var sparse = vector.TryGetProperty("sparseValues", out var terms) ? ReadSparse(terms) : [];
        var metadata = vector.TryGetProperty("metadata", out var given) ? ReadMetadata(given) : [];
        var document = (string?)metadata["document"] ?? "";
        return forgets ? new PineconeVector(id, [], [], [], document) : new PineconeVector(id, values, sparse, metadata, document);
    }

    /// <exception cref="SimulatedException">Pinecone would refuse it.</exception>
    public static SortedDictionary<uint, float> ReadSparse(JsonElement sparse)
    {
        var indices = sparse.GetProperty("indices").EnumerateArray().Select(i => i.GetUInt32()).ToList();
        var values = sparse.GetProperty("values").EnumerateArray().Select(v => v.GetSingle()).ToList();
        if (indices.Count is 0 or > 1_000 || indices.Count != values.Count)
        {
            throw new SimulatedException(400, "Sparse vector must contain from 1 to 1000 values, as many as indices");
        }

        if (indices.Distinct().Count() != indices.Count || values.Contains(0))
        {
            throw new SimulatedException(400, "Sparse vector must have distinct indices and no zero values");
        }

        return new SortedDictionary<uint, float>(indices.Zip(values).ToDictionary(p => p.First, p => p.Second));
    }

    public double Dot(float[] dense, SortedDictionary<uint, float> sparse)
    {
        var score = Values.Zip(dense, (a, b) => (double)a * b).Sum();
        foreach (var (term, weight) in sparse)
        {
            score += weight * (double)Sparse.GetValueOrDefault(term);
        }

        return score;
    }

    public JsonObject ToJson()
    {
        var json = new JsonObject
        {
            ["id"] = Id,
            ["values"] = new JsonArray([.. Values.Select(v => JsonValue.Create(v))]),
            ["metadata"] = Metadata.DeepClone(),
        };
        if (Sparse.Count > 0)
        {
            json["sparseValues"] = new JsonObject
            {
                ["indices"] = new JsonArray([.. Sparse.Keys.Select(i => JsonValue.Create(i))]),
                ["values"] = new JsonArray([.. Sparse.Values.Select(v => JsonValue.Create(v))]),
            };
        }

        return json;
    }

    private static JsonObject ReadMetadata(JsonElement metadata)
    {
        if (metadata.GetRawText().Length > MostMetadata)
        {
            throw new SimulatedException(400, "Metadata size exceeds the limit of 40960 bytes per vector");
        }

        foreach (var property in metadata.EnumerateObject())
        {
            if (property.Value.ValueKind is JsonValueKind.Null or JsonValueKind.Object)
            {
                throw new SimulatedException(400, "Metadata value must be a string, number, boolean or list of strings");
            }
        }

        return JsonObject.Create(metadata.Clone())!;
    }
}
