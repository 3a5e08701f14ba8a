using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace RagPy.Tests.Simulators;

/// <summary>
/// Pinecone's control API as its OpenAPI document has it (<c>pinecone-control-2025-10.oas.yaml</c>): indexes are made, described, listed. Each index is a server of its
/// own (<see cref="PineconeSimulatedIndex"/>).
/// </summary>
internal sealed class PineconeSimulator : Simulator
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, PineconeSimulatedIndex> _indexes = [];
    private readonly Dictionary<string, int> _looks = [];

    /// <summary>Key that every request must bring.</summary>
    public required string Key { get; init; }

    /// <summary>What goes wrong with requests to the data API of every index.</summary>
    public FaultPlan DataFaults { get; } = new();

    /// <summary>Requests to the data API of every index.</summary>
    public ExchangeLog DataExchanges { get; init; } = new();

    /// <summary>Reads after which a write shows.</summary>
    public int Lag { get; set; } = 4;

    /// <summary>Times that a new index is described before it is ready.</summary>
    public int Start { get; init; } = 2;

    /// <summary>Ids are kept, vectors are not; for measurements of writers.</summary>
    public bool ForgetsVectors { get; init; }

    /// <summary>Host that the indexes are said to be at; null for where they are.</summary>
    public string? Host { get; set; }

    /// <summary>The indexes there are, by name.</summary>
    public IReadOnlyDictionary<string, PineconeSimulatedIndex> Indexes
    {
        get
        {
            lock (_lock)
            {
                return new Dictionary<string, PineconeSimulatedIndex>(_indexes);
            }
        }
    }

    public override async ValueTask DisposeAsync()
    {
        foreach (var index in Indexes.Values)
        {
            await index.DisposeAsync();
        }

        await base.DisposeAsync();
    }

    /// <summary>Makes an index as an operator would.</summary>
    public async Task<PineconeSimulatedIndex> AddAsync(
        string name,
        int dimension,
        string metric = "dotproduct",
        string spec = "serverless",
        string type = "dense"
    )
    {
        var index = new PineconeSimulatedIndex(this)
        {
            Name = name,
            Dimension = dimension,
            Metric = metric,
            Spec = spec,
            Type = type,
            Faults = DataFaults,
            Exchanges = DataExchanges,
        };
        await index.StartAsync();
        bool isNew;
        lock (_lock)
        {
            isNew = _indexes.TryAdd(name, index);
        }

        if (!isNew)
        {
            await index.DisposeAsync();
            throw new SimulatedException(409, "Resource already exists.");
        }

        return index;
    }

    /// <summary>Removes an index as an operator would.</summary>
    public async Task RemoveAsync(string name)
    {
        PineconeSimulatedIndex? index;
        lock (_lock)
        {
            _indexes.Remove(name, out index);
        }

        await index!.DisposeAsync();
    }

    protected override void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/indexes", context => AnswerAsync(context, 201, CreateAsync));
        routes.MapGet("/indexes/{name}", DescribeAsync);
    }

    protected override string ErrorBody(int status, string message) =>
        JsonSerializer.Serialize(new { error = new { code = CodeOf(status), message }, status });

    private async Task AnswerAsync(HttpContext context, int status, Func<JsonElement, Task<JsonNode>> answer)
    {
        if (context.Request.Headers["Api-Key"] != Key)
        {
            await Error(401, "Invalid API Key").ExecuteAsync(context);
            return;
        }

        try
        {
            using var body =
                context.Request.ContentLength > 0 ? await JsonDocument.ParseAsync(context.Request.Body) : JsonDocument.Parse("{}");
            var result = await answer(body.RootElement);
            context.Response.StatusCode = status;
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(result.ToJsonString());
        }
        catch (SimulatedException exception)
        {
            await Error(exception.Status, exception.Message).ExecuteAsync(context);
        }
    }

    private Task DescribeAsync(HttpContext context) => AnswerAsync(context, 200, _ => Task.FromResult(Find(context)));

    private async Task<JsonNode> CreateAsync(JsonElement body)
    {
        var name = body.GetProperty("name").GetString()!;
        if (name.Length > 45 || !name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'))
        {
            throw new SimulatedException(400, "Name must consist of lower case alphanumeric characters or '-'");
        }

        var serverless = body.GetProperty("spec").GetProperty("serverless");
        var (cloud, region) = (serverless.GetProperty("cloud").GetString(), serverless.GetProperty("region").GetString());
        if ((cloud, region) is not ("aws", "eu-west-1"))
        {
            throw new SimulatedException(404, $"Resource cloud: {cloud} region: {region} not found");
        }

        var index = await AddAsync(name, body.GetProperty("dimension").GetInt32(), body.GetProperty("metric").GetString()!);
        lock (_lock)
        {
            _looks[name] = Start;
        }

        return Describe(index, isReady: false);
    }

    private JsonNode Find(HttpContext context)
    {
        var name = (string)context.GetRouteValue("name")!;
        lock (_lock)
        {
            if (!_indexes.TryGetValue(name, out var index))
            {
                throw new SimulatedException(404, $"Resource {name} not found");
            }

            var left = _looks.GetValueOrDefault(name);
            _looks[name] = left - 1;
            return Describe(index, isReady: left <= 0);
        }
    }

    private JsonObject Describe(PineconeSimulatedIndex index, bool isReady)
    {
        var model = new JsonObject
        {
            ["name"] = index.Name,
            ["metric"] = index.Metric,
            ["host"] = Host ?? index.Address.Authority,
            ["deletion_protection"] = "disabled",
            ["vector_type"] = index.Type,
            ["status"] = new JsonObject { ["ready"] = isReady, ["state"] = isReady ? "Ready" : "Initializing" },
            ["spec"] =
                index.Spec == "pod"
                    ? new JsonObject
                    {
                        ["pod"] = new JsonObject
                        {
                            ["environment"] = "us-east-1-aws",
                            ["pod_type"] = "p1.x1",
                            ["pods"] = 1,
                            ["replicas"] = 1,
                            ["shards"] = 1,
                        },
                    }
                    : new JsonObject
                    {
                        ["serverless"] = new JsonObject
                        {
                            ["cloud"] = "aws",
                            ["region"] = "eu-west-1",
                            ["read_capacity"] = new JsonObject
                            {
                                ["mode"] = "OnDemand",
                                ["status"] = new JsonObject { ["state"] = "Ready" },
                            },
                        },
                    },
        };
        if (index.Type == "dense")
        {
            model["dimension"] = index.Dimension;
        }

        return model;
    }

    private static string CodeOf(int status) =>
        status switch
        {
            400 => "INVALID_ARGUMENT",
            401 => "UNAUTHENTICATED",
            403 => "FORBIDDEN",
            404 => "NOT_FOUND",
            409 => "ALREADY_EXISTS",
            429 => "RESOURCE_EXHAUSTED",
            _ => "INTERNAL",
        };
}
