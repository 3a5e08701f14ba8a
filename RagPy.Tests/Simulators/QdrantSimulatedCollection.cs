using System.Text.Json;
using System.Text.Json.Nodes;

namespace RagPy.Tests.Simulators;

/// <summary>One collection of a <see cref="QdrantSimulator"/>. Refuses what Qdrant refuses: unknown vectors, wrong lengths, indices that repeat.</summary>
internal sealed class QdrantSimulatedCollection
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _dense = [];
    private readonly Dictionary<string, string> _sparse = [];
    private readonly Dictionary<string, string> _indexes = [];
    private readonly SortedDictionary<string, Point> _points = new(StringComparer.Ordinal);
    private readonly JsonObject _metadata;
    private int _operations;

    public QdrantSimulatedCollection(JsonElement body)
    {
        foreach (var vector in body.GetProperty("vectors").EnumerateObject())
        {
            _dense[vector.Name] = vector.Value.GetProperty("size").GetInt32();
        }

        foreach (var vector in body.GetProperty("sparse_vectors").EnumerateObject())
        {
            _sparse[vector.Name] = vector.Value.GetProperty("modifier").GetString()!;
        }

        _metadata = body.TryGetProperty("metadata", out var metadata) ? JsonObject.Create(metadata.Clone())! : [];
    }

    /// <summary>Metadata of the collection.</summary>
    public JsonObject Metadata => _metadata;

    /// <summary>Payload fields that were indexed while there was no point yet.</summary>
    public HashSet<string> IndexedBeforePoints { get; } = [];

    public int Count()
    {
        lock (_lock)
        {
            return _points.Count;
        }
    }

    /// <summary>Length (norm) of every dense vector that is kept.</summary>
    public IReadOnlyList<double> Norms()
    {
        lock (_lock)
        {
            return [.. _points.Values.SelectMany(p => p.Dense.Values).Select(v => Math.Sqrt(v.Sum(x => (double)x * x)))];
        }
    }

    public JsonNode Describe()
    {
        lock (_lock)
        {
            return new JsonObject
            {
                ["status"] = "green",
                ["optimizer_status"] = "ok",
                ["indexed_vectors_count"] = 0,
                ["points_count"] = _points.Count,
                ["segments_count"] = 1,
                ["config"] = new JsonObject
                {
                    ["params"] = new JsonObject
                    {
                        ["vectors"] = new JsonObject(
                            _dense.Select(v =>
                                KeyValuePair.Create(v.Key, (JsonNode?)new JsonObject { ["size"] = v.Value, ["distance"] = "Dot" })
                            )
                        ),
                        ["sparse_vectors"] = new JsonObject(
                            _sparse.Select(v => KeyValuePair.Create(v.Key, (JsonNode?)new JsonObject { ["modifier"] = v.Value }))
                        ),
                        ["shard_number"] = 1,
                        ["replication_factor"] = 1,
                        ["write_consistency_factor"] = 1,
                        ["on_disk_payload"] = true,
                    },
                    ["hnsw_config"] = new JsonObject
                    {
                        ["m"] = 16,
                        ["ef_construct"] = 100,
                        ["full_scan_threshold"] = 10_000,
                    },
                    ["optimizer_config"] = new JsonObject { ["default_segment_number"] = 0, ["flush_interval_sec"] = 5 },
                    ["metadata"] = _metadata.DeepClone(),
                },
                ["payload_schema"] = new JsonObject(
                    _indexes.Select(i =>
                        KeyValuePair.Create(i.Key, (JsonNode?)new JsonObject { ["data_type"] = i.Value, ["points"] = _points.Count })
                    )
                ),
            };
        }
    }

    public JsonNode Update(JsonElement body)
    {
        lock (_lock)
        {
            foreach (var property in body.GetProperty("metadata").EnumerateObject())
            {
                _metadata[property.Name] = JsonNode.Parse(property.Value.GetRawText());
            }

            return JsonValue.Create(true);
        }
    }

    public JsonNode AddIndex(JsonElement body)
    {
        lock (_lock)
        {
            var field = body.GetProperty("field_name").GetString()!;
            _indexes[field] = body.GetProperty("field_schema").GetString()!;
            if (_points.Count == 0)
            {
                IndexedBeforePoints.Add(field);
            }

            return Done();
        }
    }

    public JsonNode AddVector(string name, JsonElement body)
    {
        lock (_lock)
        {
            if (!_dense.TryAdd(name, body.GetProperty("dense").GetProperty("size").GetInt32()))
            {
                throw new SimulatedException(400, $"Wrong input: Vector `{name}` already exists");
            }

            return Done();
        }
    }

    public JsonNode Upsert(JsonElement body, bool forgetsVectors)
    {
        var points = body.GetProperty("points").EnumerateArray().Select(Read).ToList();
        lock (_lock)
        {
            foreach (var point in points)
            {
                _points[point.Id] = forgetsVectors ? point with { Dense = [], Indices = [], Values = [] } : point;
            }

            return Done();
        }
    }

    public JsonNode Delete(JsonElement body)
    {
        lock (_lock)
        {
            foreach (var id in Matching(body).Select(p => p.Id).ToList())
            {
                _points.Remove(id);
            }

            return Done();
        }
    }

    public JsonNode Count(JsonElement body)
    {
        lock (_lock)
        {
            return new JsonObject { ["count"] = Matching(body).Count() };
        }
    }

    public JsonNode Scroll(JsonElement body)
    {
        lock (_lock)
        {
            var limit = body.TryGetProperty("limit", out var given) ? given.GetInt32() : 10;
            var from = body.TryGetProperty("offset", out var offset) ? offset.GetString()! : "";
            var found = Matching(body).Where(p => string.CompareOrdinal(p.Id, from) >= 0).Take(limit + 1).ToList();
            var withVector = body.TryGetProperty("with_vector", out var wanted) && wanted.GetBoolean();
            return new JsonObject
            {
                ["points"] = new JsonArray([.. found.Take(limit).Select(p => p.ToJson(withVector))]),
                ["next_page_offset"] = found.Count > limit ? found[limit].Id : null,
            };
        }
    }

    public JsonNode QueryBatch(JsonElement body)
    {
        lock (_lock)
        {
            return new JsonArray([.. body.GetProperty("searches").EnumerateArray().Select(Query)]);
        }
    }

    private JsonObject Query(JsonElement search)
    {
        var name = search.GetProperty("using").GetString()!;
        var query = search.GetProperty("query");
        var score = query.ValueKind == JsonValueKind.Array ? Dense(name, query) : Sparse(name, query);
        var hits = Matching(search)
            .Select(p => (Point: p, Score: score(p)))
            .Where(h => h.Score is not null)
            .OrderByDescending(h => h.Score)
            .Take(search.GetProperty("limit").GetInt32());
        return new JsonObject
        {
            ["points"] = new JsonArray([
                .. hits.Select(h =>
                {
                    var hit = h.Point.ToJson(withVector: false);
                    hit["version"] = 1;
                    hit["score"] = (float)h.Score!.Value;
                    return hit;
                }),
            ]),
        };
    }

    private Func<Point, double?> Dense(string name, JsonElement query)
    {
        var vector = query.EnumerateArray().Select(v => v.GetSingle()).ToArray();
        Require(name, vector.Length);
        return point => point.Dense.TryGetValue(name, out var stored) ? stored.Zip(vector, (a, b) => (double)a * b).Sum() : null;
    }

    /// <summary>Dot product with the query's values times idf over the points that have this vector (Qdrant's <c>fancy_idf</c>).</summary>
    private Func<Point, double?> Sparse(string name, JsonElement query)
    {
        if (!_sparse.ContainsKey(name))
        {
            throw new SimulatedException(400, $"Wrong input: Not existing vector name error: {name}");
        }

        var (indices, values) = ReadSparse(query);
        var all = _points.Values.Count(p => p.Indices.Length > 0);
        var weights = indices
            .Zip(values)
            .ToDictionary(
                t => t.First,
                t =>
                {
                    var with = _points.Values.Count(p => Array.IndexOf(p.Indices, t.First) >= 0);
                    return t.Second * Math.Log(1 + ((all - with + 0.5) / (with + 0.5)));
                }
            );
        return point =>
        {
            var shared = point.Indices.Zip(point.Values).Where(t => weights.ContainsKey(t.First)).ToList();
            return shared.Count == 0 ? null : shared.Sum(t => t.Second * weights[t.First]);
        };
    }

    private IEnumerable<Point> Matching(JsonElement body)
    {
        if (!body.TryGetProperty("filter", out var filter))
        {
            return _points.Values;
        }

        var must = Conditions(filter, "must");
        var mustNot = Conditions(filter, "must_not");
        return _points.Values.Where(p => must.TrueForAll(m => m(p)) && !mustNot.Exists(m => m(p)));
    }

    private static List<Predicate<Point>> Conditions(JsonElement filter, string name) =>
        filter.TryGetProperty(name, out var conditions) ? [.. conditions.EnumerateArray().Select(Condition)] : [];

    private static Predicate<Point> Condition(JsonElement condition)
    {
        var key = condition.GetProperty("key").GetString()!;
        var match = condition.GetProperty("match");
        var wanted = (
            match.TryGetProperty("any", out var any)
                ? any.EnumerateArray().Select(v => v.ToString())
                : [match.GetProperty("value").ToString()]
        ).ToHashSet();
        return point => point.Payload.TryGetPropertyValue(key, out var value) && wanted.Contains(value!.ToString());
    }

    private Point Read(JsonElement point)
    {
        var dense = new Dictionary<string, float[]>();
        var (indices, values) = (Array.Empty<uint>(), Array.Empty<float>());
        foreach (var vector in point.GetProperty("vector").EnumerateObject())
        {
            if (vector.Value.ValueKind == JsonValueKind.Array)
            {
                Require(vector.Name, vector.Value.GetArrayLength());
                var components = new float[vector.Value.GetArrayLength()];
                var next = 0;
                foreach (var component in vector.Value.EnumerateArray())
                {
                    components[next++] = component.GetSingle();
                }

                dense[vector.Name] = components;
            }
            else
            {
                (indices, values) = ReadSparse(vector.Value);
            }
        }

        return new Point(
            point.GetProperty("id").GetGuid().ToString("d"),
            dense,
            indices,
            values,
            JsonObject.Create(point.GetProperty("payload").Clone())!
        );
    }

    private static (uint[] Indices, float[] Values) ReadSparse(JsonElement vector)
    {
        var indices = vector.GetProperty("indices").EnumerateArray().Select(i => i.GetUInt32()).ToArray();
        var values = vector.GetProperty("values").EnumerateArray().Select(v => v.GetSingle()).ToArray();
        return indices.Length == values.Length && indices.Distinct().Count() == indices.Length
            ? (indices, values)
            : throw new SimulatedException(422, "Validation error in JSON body: indices must be unique and as many as values");
    }

    private void Require(string name, int length)
    {
        if (!_dense.TryGetValue(name, out var size))
        {
            throw new SimulatedException(400, $"Wrong input: Not existing vector name error: {name}");
        }

        if (size != length)
        {
            throw new SimulatedException(400, $"Wrong input: Vector dimension error: expected dim: {size}, got {length}");
        }
    }

    private JsonObject Done() => new() { ["operation_id"] = ++_operations, ["status"] = "completed" };

    private sealed record Point(string Id, Dictionary<string, float[]> Dense, uint[] Indices, float[] Values, JsonObject Payload)
    {
        public JsonObject ToJson(bool withVector)
        {
            var json = new JsonObject { ["id"] = Id, ["payload"] = Payload.DeepClone() };
            if (withVector)
            {
                var vectors = new JsonObject(
                    Dense.Select(v => KeyValuePair.Create(v.Key, (JsonNode?)new JsonArray([.. v.Value.Select(x => JsonValue.Create(x))])))
                );
                if (Indices.Length > 0)
                {
                    vectors["terms"] = new JsonObject
                    {
                        ["indices"] = new JsonArray([.. Indices.Select(i => JsonValue.Create(i))]),
                        ["values"] = new JsonArray([.. Values.Select(v => JsonValue.Create(v))]),
                    };
                }

                json["vector"] = vectors;
            }

            return json;
        }
    }
}
