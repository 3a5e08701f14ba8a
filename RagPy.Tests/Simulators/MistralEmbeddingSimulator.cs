using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace RagPy.Tests.Simulators;

/// <summary>Mistral's <c>POST /v1/embeddings</c> as its published OpenAPI document describes it.</summary>
internal sealed class MistralEmbeddingSimulator : Simulator
{
    public const string Key = "mistral-simulated";

    public EmbeddingVectors Vectors { get; } = new();

    /// <summary>Length of vectors when the request does not say.</summary>
    public int Dimension { get; init; } = 1024;

    /// <summary>A text with this in it is refused.</summary>
    public string? Refused { get; set; }

    /// <inheritdoc/>
    protected override void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/embeddings", (Delegate)EmbedAsync);

    /// <inheritdoc/>
    protected override string ErrorBody(int status, string message) => MistralErrors.Body(status, message);

    private async Task<IResult> EmbedAsync(HttpContext context)
    {
        if (context.Request.Headers.Authorization != $"Bearer {Key}")
        {
            return Error(401, "Unauthorized");
        }

        using var body = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
        var root = body.RootElement;
        var texts = root.GetProperty("input").EnumerateArray().Select(i => i.GetString()!).ToList();
        if (Refused is { } refused && texts.Exists(t => t.Contains(refused, StringComparison.Ordinal)))
        {
            return Error(400, "Input is not accepted");
        }

        var model = root.GetProperty("model").GetString()!;
        var dimension = root.TryGetProperty("output_dimension", out var wanted) ? wanted.GetInt32() : Dimension;
        var failing = FailingItems(context);
        var data = new JsonArray();
        for (var i = 0; i < texts.Count; i++)
        {
            if (!failing.Contains(i))
            {
                data.Add(
                    new JsonObject
                    {
                        ["object"] = "embedding",
                        ["index"] = i,
                        ["embedding"] = new JsonArray([.. Vectors.Embed(model, texts[i], dimension).Select(v => (JsonNode)v)]),
                    }
                );
            }
        }

        var tokens = texts.Sum(t => Math.Max(1, t.Length / 4));
        return Results.Text(
            new JsonObject
            {
                ["id"] = "embd-1",
                ["object"] = "list",
                ["data"] = data,
                ["model"] = model,
                ["usage"] = new JsonObject
                {
                    ["prompt_tokens"] = tokens,
                    ["completion_tokens"] = 0,
                    ["total_tokens"] = tokens,
                },
            }.ToJsonString(),
            "application/json"
        );
    }
}
