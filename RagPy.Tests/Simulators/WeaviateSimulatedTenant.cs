using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace RagPy.Tests.Simulators;

/// <summary>
/// One tenant of a <see cref="WeaviateSimulator"/>: a shard with indexes and statistics of its own. BM25 is as in Weaviate's <c>bm25_searcher.go</c>: idf over all
/// objects, a text's length is the number of its different words, the factor k1 + 1 is left out, a word that the query has twice weighs twice.
/// </summary>
internal sealed class WeaviateSimulatedTenant
{
    private readonly SortedDictionary<string, Item> _items = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _lengths = [];

    public int Count => _items.Count;

    /// <summary>Takes an object, or says why not.</summary>
    /// <param name="definition">The class.</param>
    public string? Put(JsonElement value, JsonObject definition)
    {
        var properties = JsonObject.Create(value.GetProperty("properties").Clone())!;
        var known = definition["properties"]!.AsArray().Select(p => (string)p!["name"]!).ToHashSet();
        if (properties.FirstOrDefault(p => !known.Contains(p.Key)).Key is { } unknown)
        {
            return $"invalid object: no such prop with name '{unknown}' found in class '{definition["class"]}'";
        }

        var vectors = new Dictionary<string, float[]>();
        foreach (var vector in value.TryGetProperty("vectors", out var given) ? given.EnumerateObject() : default)
        {
            var components = new float[vector.Value.GetArrayLength()];
            var next = 0;
            foreach (var component in vector.Value.EnumerateArray())
            {
                components[next++] = component.GetSingle();
            }

            if (!definition["vectorConfig"]!.AsObject().ContainsKey(vector.Name))
            {
                return $"class {definition["class"]} does not have configuration for vector {vector.Name}";
            }

            if (_lengths.TryGetValue(vector.Name, out var length) && length != components.Length)
            {
                return $"new node has a vector with length {components.Length}. Existing nodes have vectors with length {length}";
            }

            _lengths[vector.Name] = components.Length;
            vectors[vector.Name] = components;
        }

        var id = value.GetProperty("id").GetGuid().ToString("d");
        _items[id] = new Item(id, properties, vectors);
        return null;
    }

    /// <summary>Removes what matches, up to a limit.</summary>
    /// <returns>How many matched and how many are gone.</returns>
    public (int Matches, int Removed) Remove(JsonNode where, int limit)
    {
        var matching = Matching(where).Select(i => i.Id).ToList();
        foreach (var id in matching.Take(limit))
        {
            _items.Remove(id);
        }

        return (matching.Count, Math.Min(limit, matching.Count));
    }

    public int CountOf(JsonNode? where) => Matching(where).Count();

    /// <summary>Answers one field of <c>Get</c>.</summary>
    public JsonArray Get(GraphQLField field, JsonObject definition, int limit)
    {
        var found = Matching(field.Arguments["where"]).Select(i => (Item: i, Score: (double?)null));
        if (field.Arguments["nearVector"] is { } near)
        {
            found = Near(found.Select(f => f.Item), near);
        }
        else if (field.Arguments["bm25"] is { } bm25)
        {
            found = Ranked(found.Select(f => f.Item), bm25, definition);
        }
        else if ((string?)field.Arguments["after"] is { } after)
        {
            found = found.Where(f => string.CompareOrdinal(f.Item.Id, after) > 0);
        }

        return new JsonArray([.. found.Take(limit).Select(f => Select(field, f.Item, f.Score))]);
    }

    private static JsonNode Select(GraphQLField field, Item item, double? score)
    {
        var result = new JsonObject();
        foreach (var wanted in field.Fields)
        {
            result[wanted.Alias] =
                wanted.Name == "_additional" ? Additional(wanted, item, score) : item.Properties[wanted.Name]?.DeepClone();
        }

        return result;
    }

    private static JsonObject Additional(GraphQLField field, Item item, double? score) =>
        new(
            field.Fields.Select(f =>
                KeyValuePair.Create(
                    f.Alias,
                    f.Name switch
                    {
                        "id" => (JsonNode?)item.Id,
                        "distance" => (float)score!.Value,
                        "score" => ((float)score!.Value).ToString(CultureInfo.InvariantCulture),
                        "vectors" => new JsonObject(
                            f.Fields.Select(v =>
                                KeyValuePair.Create(
                                    v.Alias,
                                    item.Vectors.TryGetValue(v.Name, out var vector)
                                        ? (JsonNode?)new JsonArray([.. vector.Select(x => JsonValue.Create(x))])
                                        : null
                                )
                            )
                        ),
                        _ => throw new FormatException($"Cannot query field \"{f.Name}\""),
                    }
                )
            )
        );

    private static IEnumerable<(Item, double?)> Near(IEnumerable<Item> items, JsonNode near)
    {
        var name = (string)near["targetVectors"]![0]!;
        var query = near["vector"]!.AsArray().Select(v => double.Parse(v!.ToJsonString(), CultureInfo.InvariantCulture)).ToArray();
        return items
            .Where(i => i.Vectors.ContainsKey(name))
            .Select(i => (i, (double?)(1 - Cosine(i.Vectors[name], query))))
            .OrderBy(f => f.Item2);
    }

    private IEnumerable<(Item, double?)> Ranked(IEnumerable<Item> items, JsonNode bm25, JsonObject definition)
    {
        var property = (string)bm25["properties"]![0]!;
        var config = definition["invertedIndexConfig"]!["bm25"]!;
        var (k1, b) = ((double)config["k1"]!, (double)config["b"]!);
        var texts = _items
            .Values.Where(i => i.Properties.ContainsKey(property))
            .ToDictionary(i => i.Id, i => Words((string)i.Properties[property]!));
        var average = texts.Count == 0 ? 0 : texts.Values.Average(t => (double)t.Count);
        var terms = Words((string)bm25["query"]!)
            .Select(t =>
            {
                var with = texts.Values.Count(text => text.ContainsKey(t.Key));
                return (Word: t.Key, Idf: t.Value * Math.Log(1 + ((_items.Count - with + 0.5) / (with + 0.5))));
            })
            .ToList();
        return items
            .Where(i => texts.ContainsKey(i.Id) && terms.Exists(t => texts[i.Id].ContainsKey(t.Word)))
            .Select(i => (i, (double?)terms.Sum(t => t.Idf * Tf(texts[i.Id], t.Word))))
            .OrderByDescending(f => f.Item2);

        double Tf(Dictionary<string, int> text, string word)
        {
            double frequency = text.GetValueOrDefault(word);
            return frequency / (frequency + (k1 * (1 - b + (b * text.Count / average))));
        }
    }

    private IEnumerable<Item> Matching(JsonNode? where) => where is null ? _items.Values : _items.Values.Where(i => Matches(i, where));

    private static bool Matches(Item item, JsonNode where)
    {
        var @operator = (string)where["operator"]!;
        if (@operator == "And")
        {
            return where["operands"]!.AsArray().All(o => Matches(item, o!));
        }

        var value = (string?)item.Properties[(string)where["path"]![0]!];
        var wanted = (where["valueTextArray"] ?? where["valueText"]) switch
        {
            JsonArray list => list.Select(v => (string)v!).ToHashSet(),
            { } one => [(string)one!],
            null => throw new FormatException("invalid 'where' filter: got no value"),
        };
        return @operator switch
        {
            "Equal" or "ContainsAny" => value is not null && wanted.Contains(value),
            "NotEqual" => value is null || !wanted.Contains(value),
            _ => throw new FormatException($"invalid 'where' filter: unknown operator {@operator}"),
        };
    }

    private static Dictionary<string, int> Words(string text) =>
        text.Split(' ', StringSplitOptions.RemoveEmptyEntries).CountBy(w => w).ToDictionary();

    private static double Cosine(float[] a, double[] b)
    {
        var (dot, first, second) = (0.0, 0.0, 0.0);
        for (var i = 0; i < a.Length; i++)
        {
            dot += a[i] * b[i];
            first += (double)a[i] * a[i];
            second += b[i] * b[i];
        }

        return dot / Math.Sqrt(first * second);
    }

    private sealed record Item(string Id, JsonObject Properties, Dictionary<string, float[]> Vectors);
}
