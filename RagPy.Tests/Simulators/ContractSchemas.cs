using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;

namespace RagPy.Tests.Simulators;

/// <summary>
/// The schemas of an OpenAPI document, made stricter than the document where that finds mistakes: an object may only have the properties that its schema
/// lists (unless the schema is a part of an <c>allOf</c>), and the alternative <c>{nullable: true}</c> means null, not anything.
/// </summary>
internal sealed class ContractSchemas
{
    /// <summary>Arrays of more numbers than this are cut before they are checked; a vector's components are all alike.</summary>
    private const int LongArray = 16;

    private const string Components = "#/components/schemas/";

    private readonly BuildOptions _build = new() { SchemaRegistry = new SchemaRegistry() };
    private readonly EvaluationOptions _evaluate = new() { OutputFormat = OutputFormat.List, RequireFormatValidation = false };
    private readonly Dictionary<JsonNode, JsonSchema> _schemas = [];
    private readonly HashSet<string> _partial = [];
    private readonly bool _emptyIsNull;
    private readonly bool _objectIsAny;
    private readonly string _definitions;

    /// <param name="document">An OpenAPI document in version 3.1.</param>
    /// <param name="emptyIsNull">The document was written in version 3.0, where an empty alternative says that null is allowed.</param>
    /// <param name="objectIsAny">The document was written in version 2.0, where an object without properties is how go-swagger says any value (<c>interface{}</c>).</param>
    public ContractSchemas(JsonNode document, bool emptyIsNull, bool objectIsAny = false)
    {
        _emptyIsNull = emptyIsNull;
        _objectIsAny = objectIsAny;
        var schemas = document["components"]?["schemas"]?.AsObject() ?? [];
        FindParts(document);
        var definitions = new JsonObject();
        foreach (var (name, schema) in schemas)
        {
            definitions[name] = Rewrite(schema!, isPart: _partial.Contains(name));
        }

        _definitions = definitions.ToJsonString();
    }

    /// <summary>What is wrong with a value; empty when nothing is.</summary>
    public IReadOnlyList<string> Check(JsonNode schema, JsonElement value)
    {
        JsonSchema built;
        lock (_schemas)
        {
            if (!_schemas.TryGetValue(schema, out built!))
            {
                var root = new JsonObject
                {
                    ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
                    ["$defs"] = JsonNode.Parse(_definitions),
                    ["allOf"] = new JsonArray(Rewrite(schema, isPart: false)),
                };
                built = JsonSchema.FromText(root.ToJsonString(), _build, new Uri($"urn:contract:{_schemas.Count}"));
                _schemas[schema] = built;
            }
        }

        using var thin = JsonDocument.Parse(Thin(value));
        var results = built.Evaluate(thin.RootElement, _evaluate);
        return results.IsValid ? [] : [.. Errors(results).Distinct().Take(10)];
    }

    private static IEnumerable<string> Errors(EvaluationResults results)
    {
        foreach (var detail in results.Details ?? [])
        {
            foreach (var (keyword, message) in detail.Errors ?? [])
            {
                yield return $"{detail.InstanceLocation} {keyword}: {message}";
            }
        }
    }

    private void FindParts(JsonNode? node)
    {
        if (node is JsonArray array)
        {
            foreach (var item in array)
            {
                FindParts(item);
            }
        }
        else if (node is JsonObject value)
        {
            foreach (var (name, child) in value)
            {
                if (name == "allOf" && child is JsonArray { Count: > 1 } parts)
                {
                    _partial.UnionWith(
                        parts.Select(p => (string?)p?["$ref"] ?? "").Where(r => r.Length > 0).Select(r => r[Components.Length..])
                    );
                }

                FindParts(child);
            }
        }
    }

    private JsonNode Rewrite(JsonNode schema, bool isPart)
    {
        if (schema is not JsonObject source)
        {
            return schema.DeepClone();
        }

        var target = new JsonObject();
        if (_objectIsAny && IsBareObject(source))
        {
            return target;
        }

        foreach (var (name, value) in source)
        {
            target[name] = name switch
            {
                "$ref" => ((string)value!).Replace(Components, "#/$defs/", StringComparison.Ordinal),
                "properties" or "patternProperties" => new JsonObject(
                    value!.AsObject().Select(p => KeyValuePair.Create(p.Key, (JsonNode?)Rewrite(p.Value!, isPart: false)))
                ),
                "items" or "additionalProperties" or "not" => Rewrite(value!, isPart: false),
                "anyOf" or "oneOf" or "allOf" or "prefixItems" => Alternatives(name, value!.AsArray(), isPart),
                "discriminator" or "example" or "examples" or "xml" or "externalDocs" or "default" => null,
                _ => value?.DeepClone(),
            };
            if (target[name] is null && name != "const")
            {
                target.Remove(name);
            }
        }

        var isWhole = !isPart && !source.ContainsKey("allOf") && !source.ContainsKey("anyOf") && !source.ContainsKey("oneOf");
        if (isWhole && source.ContainsKey("properties") && !source.ContainsKey("additionalProperties"))
        {
            target["additionalProperties"] = false;
        }

        return target;
    }

    private static bool IsBareObject(JsonObject schema) =>
        schema["type"] is JsonValue type
        && type.GetValueKind() == JsonValueKind.String
        && (string?)type == "object"
        && !schema.ContainsKey("properties")
        && !schema.ContainsKey("additionalProperties")
        && !schema.ContainsKey("allOf");

    private JsonArray Alternatives(string keyword, JsonArray schemas, bool isPart) =>
        [
            .. schemas.Select(s =>
                _emptyIsNull && keyword != "allOf" && s is JsonObject { Count: 0 }
                    ? new JsonObject { ["type"] = "null" }
                    : Rewrite(s!, isPart || (keyword == "allOf" && schemas.Count > 1))
            ),
        ];

    private static byte[] Thin(JsonElement value)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            Thin(value, writer);
        }

        return buffer.ToArray();
    }

    private static void Thin(JsonElement value, Utf8JsonWriter writer)
    {
        if (value.ValueKind == JsonValueKind.Object)
        {
            writer.WriteStartObject();
            foreach (var property in value.EnumerateObject())
            {
                writer.WritePropertyName(property.Name);
                Thin(property.Value, writer);
            }

            writer.WriteEndObject();
        }
        else if (value.ValueKind == JsonValueKind.Array)
        {
            var isLong = value.GetArrayLength() > LongArray && value.EnumerateArray().All(i => i.ValueKind == JsonValueKind.Number);
            writer.WriteStartArray();
            foreach (var item in isLong ? value.EnumerateArray().Take(LongArray) : value.EnumerateArray())
            {
                Thin(item, writer);
            }

            writer.WriteEndArray();
        }
        else
        {
            value.WriteTo(writer);
        }
    }
}
