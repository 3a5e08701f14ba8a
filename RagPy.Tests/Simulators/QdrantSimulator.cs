using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace RagPy.Tests.Simulators;

/// <summary>
/// Qdrant's REST API as its OpenAPI document has it (<c>qdrant.openapi.json</c>): collections with named dense vectors and sparse ones with <c>idf</c>, payload indexes,
/// aliases, filters, counts, scrolls, queries. Searches are exact.
/// </summary>
internal sealed class QdrantSimulator : Simulator
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, QdrantSimulatedCollection> _collections = [];
    private readonly Dictionary<string, string> _aliases = [];

    /// <summary>Key that every request must bring; null for none.</summary>
    public string? Key { get; init; }

    /// <summary>Points are counted, not kept; for measurements of writers.</summary>
    public bool ForgetsVectors { get; init; }

    /// <summary>Names of collections, then of aliases.</summary>
    public (IReadOnlyList<string> Collections, IReadOnlyDictionary<string, string> Aliases) Names()
    {
        lock (_lock)
        {
            return ([.. _collections.Keys.Order()], new Dictionary<string, string>(_aliases));
        }
    }

    /// <summary>The collection of a name or alias.</summary>
    public QdrantSimulatedCollection? Find(string name)
    {
        lock (_lock)
        {
            return _collections.GetValueOrDefault(_aliases.GetValueOrDefault(name, name));
        }
    }

    protected override void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/collections", context => AnswerAsync(context, (_, _) => ListCollections()));
        routes.MapPost("/collections/aliases", context => AnswerAsync(context, (body, _) => ChangeAliases(body)));
        MapCollection(routes, "GET", "", (collection, _, _) => collection.Describe());
        MapCollection(routes, "PATCH", "", (collection, body, _) => collection.Update(body));
        routes.MapPut("/collections/{name}", context => AnswerAsync(context, (body, name) => Create(name, body)));
        routes.MapDelete("/collections/{name}", context => AnswerAsync(context, (_, name) => Delete(name)));
        MapCollection(routes, "PUT", "/index", (collection, body, _) => collection.AddIndex(body));
        MapCollection(
            routes,
            "PUT",
            "/vectors/{vector}",
            (collection, body, context) => collection.AddVector((string)context.GetRouteValue("vector")!, body)
        );
        MapCollection(routes, "PUT", "/points", (collection, body, _) => collection.Upsert(body, ForgetsVectors));
        MapCollection(routes, "POST", "/points/delete", (collection, body, _) => collection.Delete(body));
        MapCollection(routes, "POST", "/points/count", (collection, body, _) => collection.Count(body));
        MapCollection(routes, "POST", "/points/scroll", (collection, body, _) => collection.Scroll(body));
        MapCollection(routes, "POST", "/points/query/batch", (collection, body, _) => collection.QueryBatch(body));
    }

    protected override string ErrorBody(int status, string message) =>
        JsonSerializer.Serialize(new { status = new { error = message }, time = 0.001 });

    private void MapCollection(
        IEndpointRouteBuilder routes,
        string method,
        string path,
        Func<QdrantSimulatedCollection, JsonElement, HttpContext, JsonNode> answer
    ) =>
        routes.MapMethods(
            $"/collections/{{name}}{path}",
            [method],
            context =>
                AnswerAsync(
                    context,
                    (body, name) =>
                        Find(name) is { } collection
                            ? answer(collection, body, context)
                            : throw new SimulatedException(404, $"Not found: Collection `{name}` doesn't exist!")
                )
        );

    private async Task AnswerAsync(HttpContext context, Func<JsonElement, string, JsonNode> answer)
    {
        if (Key is not null && context.Request.Headers["api-key"] != Key)
        {
            context.Response.StatusCode = 401;
            await context.Response.WriteAsync("Must provide an API key or an Authorization bearer token");
            return;
        }

        try
        {
            using var body =
                context.Request.ContentLength > 0 ? await JsonDocument.ParseAsync(context.Request.Body) : JsonDocument.Parse("{}");
            var result = answer(body.RootElement, context.GetRouteValue("name") as string ?? "");
            var whole = new JsonObject
            {
                ["result"] = result,
                ["status"] = "ok",
                ["time"] = 0.001,
            };
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(whole.ToJsonString());
        }
        catch (SimulatedException exception)
        {
            await Error(exception.Status, exception.Message).ExecuteAsync(context);
        }
    }

    private JsonNode ListCollections()
    {
        lock (_lock)
        {
            return new JsonObject
            {
                ["collections"] = new JsonArray([.. _collections.Keys.Select(name => new JsonObject { ["name"] = name })]),
            };
        }
    }

    private JsonNode Create(string name, JsonElement body)
    {
        lock (_lock)
        {
            if (_aliases.ContainsKey(name) || !_collections.TryAdd(name, new QdrantSimulatedCollection(body)))
            {
                throw new SimulatedException(409, $"Wrong input: Collection `{name}` already exists!");
            }

            return JsonValue.Create(true);
        }
    }

    private JsonNode Delete(string name)
    {
        lock (_lock)
        {
            var existed = _collections.Remove(name);
            foreach (var alias in _aliases.Where(a => a.Value == name).Select(a => a.Key).ToList())
            {
                _aliases.Remove(alias);
            }

            return JsonValue.Create(existed);
        }
    }

    private JsonNode ChangeAliases(JsonElement body)
    {
        lock (_lock)
        {
            foreach (var action in body.GetProperty("actions").EnumerateArray())
            {
                if (action.TryGetProperty("delete_alias", out var delete))
                {
                    _aliases.Remove(delete.GetProperty("alias_name").GetString()!);
                }
                else if (action.TryGetProperty("create_alias", out var create))
                {
                    var collection = create.GetProperty("collection_name").GetString()!;
                    if (!_collections.ContainsKey(collection))
                    {
                        throw new SimulatedException(404, $"Not found: Collection `{collection}` doesn't exist!");
                    }

                    _aliases[create.GetProperty("alias_name").GetString()!] = collection;
                }
            }

            return JsonValue.Create(true);
        }
    }
}
