using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace RagPy.Tests.Simulators;

/// <summary>
/// Weaviate's REST API as its Swagger document has it (<c>weaviate-subset.swagger.json</c>), with as much of its GraphQL as a store needs: classes with multi-tenancy and
/// named vectors, tenants, batches with an error for each object, removal by filter, <c>Get</c> with <c>nearVector</c>, <c>bm25</c>, <c>where</c> and <c>after</c>,
/// <c>Aggregate</c> with <c>meta { count }</c>. Searches are exact.
/// </summary>
internal sealed class WeaviateSimulator : Simulator
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, JsonObject> _classes = [];
    private readonly Dictionary<string, SortedDictionary<string, WeaviateSimulatedTenant>> _tenants = [];

    /// <summary>Key that every request must bring; null for none.</summary>
    public string? Key { get; init; }

    /// <summary>QUERY_MAXIMUM_RESULTS.</summary>
    public int MaximumResults { get; init; } = 10_000;

    /// <summary>Reason given for an object of a batch that is made to fail.</summary>
    public string ItemReason { get; set; } = "put object to shard: timeout";

    /// <summary>Names of tenants with the number of their objects, of all classes.</summary>
    public IReadOnlyDictionary<string, int> Tenants()
    {
        lock (_lock)
        {
            return _tenants.Values.SelectMany(t => t).ToDictionary(t => t.Key, t => t.Value.Count);
        }
    }

    /// <summary>Definition of a class.</summary>
    public JsonObject? FindClass(string name)
    {
        lock (_lock)
        {
            return _classes.GetValueOrDefault(name)?.DeepClone().AsObject();
        }
    }

    /// <summary>Makes a class as if somebody else had.</summary>
    public void AddClass(JsonObject definition)
    {
        lock (_lock)
        {
            Create(definition);
        }
    }

    protected override void Map(IEndpointRouteBuilder routes)
    {
        MapRoute(routes, "POST", "/v1/schema", (body, _) => Create(JsonObject.Create(body.Clone())!).DeepClone());
        MapRoute(routes, "GET", "/v1/schema/{name}", (_, context) => ClassOf(context).DeepClone());
        MapRoute(
            routes,
            "PUT",
            "/v1/schema/{name}",
            (body, context) => Update(ClassOf(context), JsonObject.Create(body.Clone())!).DeepClone()
        );
        MapRoute(routes, "GET", "/v1/schema/{name}/tenants", (_, context) => Names(TenantsOf(context).Keys));
        MapRoute(routes, "POST", "/v1/schema/{name}/tenants", (body, context) => AddTenants(TenantsOf(context), body));
        MapRoute(routes, "DELETE", "/v1/schema/{name}/tenants", (body, context) => RemoveTenants(TenantsOf(context), body));
        MapRoute(routes, "POST", "/v1/batch/objects", (body, context) => Put(body, FailingItems(context)));
        MapRoute(routes, "DELETE", "/v1/batch/objects", (body, context) => Remove(body, context.Request.Query["tenant"]));
        MapRoute(routes, "POST", "/v1/graphql", (body, _) => Ask(body.GetProperty("query").GetString()!));
    }

    protected override string ErrorBody(int status, string message) => JsonSerializer.Serialize(new { error = new[] { new { message } } });

    private void MapRoute(IEndpointRouteBuilder routes, string method, string path, Func<JsonElement, HttpContext, JsonNode?> answer) =>
        routes.MapMethods(path, [method], context => AnswerAsync(context, answer));

    private async Task AnswerAsync(HttpContext context, Func<JsonElement, HttpContext, JsonNode?> answer)
    {
        if (Key is not null && context.Request.Headers.Authorization != $"Bearer {Key}")
        {
            await Results.Json(new { code = 401, message = "unauthorized: invalid api key" }, statusCode: 401).ExecuteAsync(context);
            return;
        }

        try
        {
            using var body =
                context.Request.ContentLength > 0 ? await JsonDocument.ParseAsync(context.Request.Body) : JsonDocument.Parse("{}");
            JsonNode? result;
            lock (_lock)
            {
                result = answer(body.RootElement, context);
            }

            context.Response.ContentType = "application/json";
            if (result is not null)
            {
                await context.Response.WriteAsync(result.ToJsonString());
            }
        }
        catch (SimulatedException exception)
        {
            await Error(exception.Status, exception.Message).ExecuteAsync(context);
        }
        catch (FormatException exception)
        {
            await Error(422, exception.Message).ExecuteAsync(context);
        }
    }

    private JsonObject ClassOf(HttpContext context) =>
        _classes.GetValueOrDefault((string)context.GetRouteValue("name")!) ?? throw new SimulatedException(404, "");

    private SortedDictionary<string, WeaviateSimulatedTenant> TenantsOf(HttpContext context)
    {
        var name = (string)context.GetRouteValue("name")!;
        if (!_classes.TryGetValue(name, out var definition))
        {
            throw new SimulatedException(422, $"class \"{name}\" not found");
        }

        return (bool?)definition["multiTenancyConfig"]?["enabled"] == true
            ? _tenants[name]
            : throw new SimulatedException(422, $"multi-tenancy is not enabled for class \"{name}\"");
    }

    private JsonObject Create(JsonObject definition)
    {
        var name = (string)definition["class"]!;
        if (!_classes.TryAdd(name, definition))
        {
            throw new SimulatedException(422, $"class name {name} already exists");
        }

        _tenants[name] = [];
        return definition;
    }

    /// <summary>Named vectors can be added (since version 1.31), nothing of what is there can go or change.</summary>
    private JsonObject Update(JsonObject before, JsonObject after)
    {
        foreach (var (name, vector) in before["vectorConfig"]!.AsObject())
        {
            if (!JsonNode.DeepEquals(after["vectorConfig"]?[name], vector))
            {
                throw new SimulatedException(422, $"missing config for vector \"{name}\"");
            }
        }

        if (!JsonNode.DeepEquals(before["properties"], after["properties"]))
        {
            throw new SimulatedException(422, "properties cannot be updated through updating the class");
        }

        return _classes[(string)before["class"]!] = after;
    }

    private static JsonArray AddTenants(SortedDictionary<string, WeaviateSimulatedTenant> tenants, JsonElement body)
    {
        var names = body.EnumerateArray().Select(t => t.GetProperty("name").GetString()!).ToList();
        foreach (var name in names)
        {
            tenants.TryAdd(name, new WeaviateSimulatedTenant());
        }

        return Names(names);
    }

    private static JsonNode? RemoveTenants(SortedDictionary<string, WeaviateSimulatedTenant> tenants, JsonElement body)
    {
        foreach (var name in body.EnumerateArray())
        {
            tenants.Remove(name.GetString()!);
        }

        return null;
    }

    private static JsonArray Names(IEnumerable<string> tenants) =>
        new([.. tenants.Select(name => new JsonObject { ["name"] = name, ["activityStatus"] = "ACTIVE" })]);

    private JsonArray Put(JsonElement body, IReadOnlyList<int> failing) =>
        new([
            .. body.GetProperty("objects")
                .EnumerateArray()
                .Select(
                    (value, i) =>
                    {
                        var problem = failing.Contains(i) ? ItemReason : Put(value);
                        var result = new JsonObject { ["status"] = problem is null ? "SUCCESS" : "FAILED" };
                        if (problem is not null)
                        {
                            result["errors"] = JsonNode.Parse(ErrorBody(200, problem));
                        }

                        var answer = JsonObject.Create(value.Clone())!;
                        answer["result"] = result;
                        return answer;
                    }
                ),
        ]);

    private string? Put(JsonElement value)
    {
        var name = value.GetProperty("class").GetString()!;
        if (!_classes.TryGetValue(name, out var definition))
        {
            return $"class \"{name}\" not found in schema";
        }

        var tenant = value.TryGetProperty("tenant", out var given) ? given.GetString()! : "";
        return _tenants[name].TryGetValue(tenant, out var shard) ? shard.Put(value, definition) : $"tenant not found: \"{tenant}\"";
    }

    private JsonObject Remove(JsonElement body, string? tenant)
    {
        var match = body.GetProperty("match");
        var shard = TenantOf(match.GetProperty("class").GetString()!, tenant);
        var where = JsonNode.Parse(match.GetProperty("where").GetRawText())!;
        var (matches, removed) = shard.Remove(where, MaximumResults);
        return new JsonObject
        {
            ["match"] = JsonNode.Parse(match.GetRawText()),
            ["output"] = "minimal",
            ["dryRun"] = false,
            ["results"] = new JsonObject
            {
                ["matches"] = matches,
                ["limit"] = MaximumResults,
                ["successful"] = removed,
                ["failed"] = 0,
            },
        };
    }

    private WeaviateSimulatedTenant TenantOf(string name, string? tenant)
    {
        if (!_tenants.TryGetValue(name, out var tenants))
        {
            throw new SimulatedException(422, $"could not find class {name} in schema");
        }

        if (string.IsNullOrEmpty(tenant))
        {
            throw new SimulatedException(422, $"class {name} has multi-tenancy enabled, but request was without tenant");
        }

        return tenants.GetValueOrDefault(tenant) ?? throw new SimulatedException(422, $"tenant not found: \"{tenant}\"");
    }

    /// <summary>Answers a query; what is wrong with it, or with a part of it, is told in the answer.</summary>
    private JsonObject Ask(string query)
    {
        try
        {
            var data = new JsonObject();
            foreach (var root in GraphQLReader.Read(query))
            {
                data[root.Alias] = new JsonObject(root.Fields.Select(f => KeyValuePair.Create(f.Alias, (JsonNode?)Answer(root.Name, f))));
            }

            return new JsonObject { ["data"] = data };
        }
        catch (Exception exception) when (exception is FormatException or SimulatedException)
        {
            return new JsonObject
            {
                ["data"] = new JsonObject { ["Get"] = new JsonObject() },
                ["errors"] = new JsonArray(new JsonObject { ["message"] = exception.Message }),
            };
        }
    }

    private JsonArray Answer(string root, GraphQLField field)
    {
        var shard = TenantOf(field.Name, (string?)field.Arguments["tenant"]);
        if (root == "Aggregate")
        {
            var count = shard.CountOf(field.Arguments["where"]);
            return new JsonArray(new JsonObject { ["meta"] = new JsonObject { ["count"] = count } });
        }

        var limit = (int?)(long?)field.Arguments["limit"] ?? 25;
        return limit <= MaximumResults
            ? shard.Get(field, _classes[field.Name], limit)
            : throw new FormatException("explorer: get class: vector search: query maximum results exceeded");
    }
}
