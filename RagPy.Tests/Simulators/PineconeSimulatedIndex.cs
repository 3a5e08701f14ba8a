using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace RagPy.Tests.Simulators;

/// <summary>
/// Data API of one index of a <see cref="PineconeSimulator"/> (<c>pinecone-data-2025-10.oas.yaml</c>): namespaces, upserts, queries by dot product, lists by prefix,
/// fetches, deletions. Eventually consistent: a write shows after some reads. Searches are exact. Limits are those of Pinecone's page "Operation limits".
/// </summary>
internal sealed class PineconeSimulatedIndex(PineconeSimulator owner) : Simulator
{
    private const int MostBytes = 2_000_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, SortedDictionary<string, PineconeVector>> _spaces = [];
    private readonly Queue<(int Due, Action Apply)> _pending = [];
    private int _reads;

    public required string Name { get; init; }

    public required int Dimension { get; init; }

    public required string Metric { get; init; }

    public required string Spec { get; init; }

    public required string Type { get; init; }

    /// <summary>Vectors of each namespace, once everything shows.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<PineconeVector>> Contents()
    {
        lock (_lock)
        {
            Settle(int.MaxValue);
            return _spaces.ToDictionary(s => s.Key, s => (IReadOnlyList<PineconeVector>)[.. s.Value.Values]);
        }
    }

    protected override void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/vectors/upsert", context => AnswerAsync(context, isRead: false, body => Upsert(context, body)));
        routes.MapPost("/vectors/delete", context => AnswerAsync(context, isRead: false, Delete));
        routes.MapPost("/query", context => AnswerAsync(context, isRead: true, Query));
        routes.MapGet("/vectors/list", context => AnswerAsync(context, isRead: true, _ => List(context.Request.Query)));
        routes.MapGet("/vectors/fetch", context => AnswerAsync(context, isRead: true, _ => Fetch(context.Request.Query)));
        routes.MapGet("/namespaces/{name}", context => AnswerAsync(context, isRead: true, _ => Describe(NameOf(context))));
        routes.MapDelete("/namespaces/{name}", context => AnswerAsync(context, isRead: false, _ => Drop(NameOf(context))));
    }

    protected override string ErrorBody(int status, string message) =>
        JsonSerializer.Serialize(
            new
            {
                code = status switch
                {
                    404 => 5,
                    429 => 8,
                    401 => 16,
                    >= 500 => 13,
                    _ => 3,
                },
                message,
                details = Array.Empty<object>(),
            }
        );

    private static string NameOf(HttpContext context) => (string)context.GetRouteValue("name")!;

    private async Task AnswerAsync(HttpContext context, bool isRead, Func<JsonElement, JsonNode> answer)
    {
        if (context.Request.Headers["Api-Key"] != owner.Key)
        {
            await Error(401, "Invalid API Key").ExecuteAsync(context);
            return;
        }

        try
        {
            using var body =
                context.Request.ContentLength > 0 ? await JsonDocument.ParseAsync(context.Request.Body) : JsonDocument.Parse("{}");
            JsonNode result;
            lock (_lock)
            {
                if (isRead)
                {
                    Settle(++_reads);
                }

                result = answer(body.RootElement);
            }

            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(result.ToJsonString());
        }
        catch (SimulatedException exception)
        {
            await Error(exception.Status, exception.Message).ExecuteAsync(context);
        }
    }

    /// <summary>Lets writes show, in their order.</summary>
    private void Settle(int reads)
    {
        while (_pending.TryPeek(out var write) && write.Due <= reads)
        {
            _pending.Dequeue().Apply();
        }
    }

    private void Write(Action apply) => _pending.Enqueue((_reads + owner.Lag, apply));

    private JsonNode Upsert(HttpContext context, JsonElement body)
    {
        if (context.Request.ContentLength > MostBytes)
        {
            throw new SimulatedException(400, "Request size exceeds the limit of 2 MB");
        }

        var space = body.GetProperty("namespace").GetString()!;
        var given = body.GetProperty("vectors");
        if (given.GetArrayLength() is 0 or > 1_000)
        {
            throw new SimulatedException(400, "The number of vectors must be from 1 to 1000");
        }

        var vectors = given
            .EnumerateArray()
            .Select(v => PineconeVector.Read(v, Dimension, owner.ForgetsVectors))
            .Where((_, i) => !FailingItems(context).Contains(i))
            .ToList();
        Write(() =>
        {
            if (!_spaces.TryGetValue(space, out var points))
            {
                _spaces[space] = points = new SortedDictionary<string, PineconeVector>(StringComparer.Ordinal);
            }

            foreach (var vector in vectors)
            {
                points[vector.Id] = vector;
            }
        });
        return new JsonObject { ["upsertedCount"] = vectors.Count };
    }

    private JsonNode Delete(JsonElement body)
    {
        var space = body.GetProperty("namespace").GetString()!;
        var ids = body.GetProperty("ids").EnumerateArray().Select(i => i.GetString()!).ToList();
        if (ids.Count is 0 or > 1_000)
        {
            throw new SimulatedException(400, "The number of ids must be from 1 to 1000");
        }

        Write(() =>
        {
            foreach (var id in ids)
            {
                _spaces.GetValueOrDefault(space)?.Remove(id);
            }
        });
        return new JsonObject();
    }

    private JsonNode Query(JsonElement body)
    {
        var space = body.GetProperty("namespace").GetString()!;
        var top = body.GetProperty("topK").GetInt32();
        var dense = body.TryGetProperty("vector", out var vector)
            ? vector.EnumerateArray().Select(v => v.GetSingle()).ToArray()
            : throw new SimulatedException(400, "You must provide a vector or an id");
        if (dense.Length != Dimension)
        {
            throw new SimulatedException(400, $"Vector dimension {dense.Length} does not match the dimension of the index {Dimension}");
        }

        if (top is < 1 or > 10_000 || Array.TrueForAll(dense, v => v == 0))
        {
            throw new SimulatedException(400, "topK must be from 1 to 10000, and the vector not zero");
        }

        var sparse = body.TryGetProperty("sparseVector", out var terms) ? PineconeVector.ReadSparse(terms) : [];
        if (sparse.Count > 0 && Metric != "dotproduct")
        {
            throw new SimulatedException(400, "Index configuration does not support sparse values - only indexes that are dotproduct do");
        }

        var wanted = body.TryGetProperty("filter", out var filter) ? ReadFilter(filter) : null;
        var matches = Points(space)
            .Where(p => wanted is null || wanted.Contains(p.Document))
            .Select(p => (p.Id, Score: p.Dot(dense, sparse)))
            .OrderByDescending(m => m.Score)
            .Take(top)
            .Select(m => (JsonNode)new JsonObject { ["id"] = m.Id, ["score"] = (float)m.Score });
        return new JsonObject
        {
            ["matches"] = new JsonArray([.. matches]),
            ["namespace"] = space,
            ["usage"] = new JsonObject { ["readUnits"] = 1 },
        };
    }

    private static HashSet<string> ReadFilter(JsonElement filter)
    {
        var values = filter.GetProperty("document").GetProperty("$in").EnumerateArray().Select(v => v.GetString()!).ToHashSet();
        return values.Count is > 0 and <= 10_000 ? values : throw new SimulatedException(400, "$in takes from 1 to 10000 values");
    }

    private JsonNode List(IQueryCollection query)
    {
        var (space, prefix) = (query["namespace"].ToString(), query["prefix"].ToString());
        var limit = int.TryParse(query["limit"], out var given) ? given : 100;
        if (limit is < 1 or > 100)
        {
            throw new SimulatedException(400, "limit must be from 1 to 100");
        }

        var from = query["paginationToken"].ToString();
        var found = Points(space)
            .Select(p => p.Id)
            .Where(id => id.StartsWith(prefix, StringComparison.Ordinal) && string.CompareOrdinal(id, from) > 0)
            .Take(limit + 1)
            .ToList();
        var page = found.Take(limit).ToList();
        var answer = new JsonObject
        {
            ["vectors"] = new JsonArray([.. page.Select(id => new JsonObject { ["id"] = id })]),
            ["namespace"] = space,
            ["usage"] = new JsonObject { ["readUnits"] = 1 },
        };
        if (found.Count > limit)
        {
            answer["pagination"] = new JsonObject { ["next"] = page[^1] };
        }

        return answer;
    }

    private JsonNode Fetch(IQueryCollection query)
    {
        var space = query["namespace"].ToString();
        var vectors = new JsonObject();
        foreach (var id in query["ids"])
        {
            if (_spaces.GetValueOrDefault(space)?.GetValueOrDefault(id!) is { } vector)
            {
                vectors[id!] = vector.ToJson();
            }
        }

        return new JsonObject
        {
            ["vectors"] = vectors,
            ["namespace"] = space,
            ["usage"] = new JsonObject { ["readUnits"] = 1 },
        };
    }

    private JsonNode Describe(string space) =>
        _spaces.TryGetValue(space, out var points)
            ? new JsonObject { ["name"] = space, ["record_count"] = points.Count }
            : throw new SimulatedException(404, "Namespace not found");

    private JsonNode Drop(string space)
    {
        if (!_spaces.ContainsKey(space) && _pending.Count == 0)
        {
            throw new SimulatedException(404, "Namespace not found");
        }

        Write(() => _spaces.Remove(space));
        return new JsonObject();
    }

    private IEnumerable<PineconeVector> Points(string space) => _spaces.TryGetValue(space, out var points) ? points.Values : [];
}
