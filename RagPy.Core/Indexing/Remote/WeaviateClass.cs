using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace RagPy.Core.Indexing.Remote;

/// <summary>The class that all projects share in Weaviate, each with a tenant of its own.</summary>
/// <param name="Dimensions">Lengths of vectors that it has a named vector for.</param>
/// <param name="Definition">As Weaviate gave it.</param>
internal sealed record WeaviateClass(IReadOnlySet<int> Dimensions, JsonObject Definition)
{
    public const string Name = "RagPy";
    public const string Document = "document";
    public const string Generation = "generation";
    public const string Ordinal = "ordinal";
    public const string Terms = "terms";

    private const string Prefix = "dense_";
    private const string VectorConfig = "vectorConfig";

    /// <summary>Name of the vector of a length.</summary>
    public static string VectorOf(int dimension) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{dimension}");

    /// <summary>Reads the answer of <c>GET /schema/{className}</c>.</summary>
    public static WeaviateClass Read(JsonElement answer)
    {
        var dimensions = answer.TryGetProperty(VectorConfig, out var vectors)
            ? vectors.EnumerateObject().Select(v => DimensionOf(v.Name)).Where(d => d > 0)
            : [];
        return new WeaviateClass(dimensions.ToHashSet(), JsonNode.Parse(answer.GetRawText())!.AsObject());
    }

    /// <summary>Why points cannot be kept in this class, as a sentence; null when they can.</summary>
    public string? Problem
    {
        get
        {
            if ((bool?)Definition["multiTenancyConfig"]?["enabled"] != true)
            {
                return $"Weaviate has a class {Name} without multi-tenancy, which cannot be switched on later: delete that class, or set WEAVIATE_URL to another server.";
            }

            var terms = (Definition["properties"] as JsonArray)?.FirstOrDefault(p => (string?)p?["name"] == Terms);
            return (string?)terms?["tokenization"] == "whitespace" && Definition[VectorConfig] is JsonObject { Count: > 0 }
                ? null
                : $"Weaviate has a class {Name} that RagPy did not make: delete that class, or set WEAVIATE_URL to another server.";
        }
    }

    /// <summary>The definition of a new class. One without a named vector could get none later, so there is one even where no length is known yet.</summary>
    public static JsonObject Create(IReadOnlySet<int> dimensions)
    {
        var names = dimensions.Count > 0 ? dimensions.Select(VectorOf) : ["dense"];
        return new JsonObject
        {
            ["class"] = Name,
            ["description"] = "Passages of RagPy, without their text: a tenant for each project.",
            ["multiTenancyConfig"] = new JsonObject { ["enabled"] = true, ["autoTenantActivation"] = true },
            ["invertedIndexConfig"] = new JsonObject
            {
                ["bm25"] = new JsonObject { ["k1"] = Bm25Weights.K1, ["b"] = Bm25Weights.B },
                ["stopwords"] = new JsonObject { ["preset"] = "none" },
            },
            [VectorConfig] = new JsonObject(names.Select(name => KeyValuePair.Create(name, (JsonNode?)Vector()))),
            ["properties"] = new JsonArray(
                Text(Document, "field", isFilter: true),
                Text(Generation, "field", isFilter: true),
                new JsonObject
                {
                    ["name"] = Ordinal,
                    ["dataType"] = new JsonArray("int"),
                    ["indexFilterable"] = false,
                },
                Text(Terms, "whitespace", isFilter: false)
            ),
        };
    }

    /// <summary>The definition with room for vectors of these lengths too.</summary>
    public JsonObject With(IEnumerable<int> dimensions)
    {
        var definition = Definition.DeepClone().AsObject();
        foreach (var dimension in dimensions)
        {
            definition[VectorConfig]![VectorOf(dimension)] = Vector();
        }

        return definition;
    }

    private static int DimensionOf(string vector) =>
        vector.StartsWith(Prefix, StringComparison.Ordinal)
        && int.TryParse(vector.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var dimension)
            ? dimension
            : 0;

    private static JsonObject Vector() =>
        new()
        {
            ["vectorizer"] = new JsonObject { ["none"] = new JsonObject() },
            ["vectorIndexType"] = "hnsw",
            ["vectorIndexConfig"] = new JsonObject { ["distance"] = "cosine" },
        };

    private static JsonObject Text(string name, string tokenization, bool isFilter) =>
        new()
        {
            ["name"] = name,
            ["dataType"] = new JsonArray("text"),
            ["tokenization"] = tokenization,
            ["indexFilterable"] = isFilter,
            ["indexSearchable"] = !isFilter,
        };
}
