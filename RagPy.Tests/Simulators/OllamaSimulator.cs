using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace RagPy.Tests.Simulators;

/// <summary>Ollama's <c>POST /api/embed</c> and <c>POST /api/chat</c>, as the project's docs/api.md ("Generate Embeddings", "Generate a chat completion") describes them.</summary>
internal sealed class OllamaSimulator : Simulator
{
    public EmbeddingVectors Vectors { get; } = new();

    /// <summary>Length of vectors when the request does not say.</summary>
    public int Dimension { get; init; } = 768;

    /// <summary>Models that were pulled.</summary>
    public HashSet<string> Models { get; } = ["nomic-embed-text", "llama3.2"];

    /// <summary>A text with this in it is too long for the model.</summary>
    public string? Refused { get; set; }

    /// <summary>The chat model.</summary>
    public SimulatedChat Chat { get; } = new();

    /// <inheritdoc/>
    protected override void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/embed", (Delegate)EmbedAsync);
        routes.MapPost("/api/chat", (Delegate)ChatAsync);
    }

    /// <inheritdoc/>
    protected override string ErrorBody(int status, string message) => new JsonObject { ["error"] = message }.ToJsonString();

    private async Task<IResult> EmbedAsync(HttpContext context)
    {
        using var body = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
        var root = body.RootElement;
        var model = root.GetProperty("model").GetString()!;
        if (!Models.Contains(model))
        {
            return Error(404, $"model \"{model}\" not found, try pulling it first");
        }

        var input = root.GetProperty("input");
        var texts =
            input.ValueKind == JsonValueKind.String ? [input.GetString()!] : input.EnumerateArray().Select(i => i.GetString()!).ToList();
        var truncates = !root.TryGetProperty("truncate", out var truncate) || truncate.GetBoolean();
        if (!truncates && Refused is { } refused && texts.Exists(t => t.Contains(refused, StringComparison.Ordinal)))
        {
            return Error(400, "the input length exceeds the context length");
        }

        var failing = FailingItems(context);
        var dimension = root.TryGetProperty("dimensions", out var wanted) ? wanted.GetInt32() : Dimension;
        return Results.Text(
            new JsonObject
            {
                ["model"] = model,
                ["embeddings"] = new JsonArray([
                    .. texts
                        .Where((_, i) => !failing.Contains(i))
                        .Select(t => new JsonArray([.. Vectors.Embed(model, t, dimension).Select(v => (JsonNode)v)])),
                ]),
                ["total_duration"] = 14143917,
                ["load_duration"] = 1019500,
                ["prompt_eval_count"] = texts.Sum(t => Math.Max(1, t.Length / 4)),
            }.ToJsonString(),
            "application/json"
        );
    }

    private async Task<IResult> ChatAsync(HttpContext context)
    {
        using var body = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
        var request = body.RootElement.Clone();
        var model = request.GetProperty("model").GetString()!;
        if (!Models.Contains(model))
        {
            return Error(404, $"model \"{model}\" not found, try pulling it first");
        }

        if (Chat.Refuses(request))
        {
            return Error(400, "the input is not accepted");
        }

        var reply = Chat.Answer(request);
        return Results.Text(
            new JsonObject
            {
                ["model"] = model,
                ["created_at"] = "2026-01-01T00:00:00Z",
                ["message"] = new JsonObject { ["role"] = "assistant", ["content"] = reply.Text },
                ["done"] = true,
                ["done_reason"] = reply.Finish,
                ["prompt_eval_count"] = request.GetRawText().Length / 4,
                ["eval_count"] = Math.Max(1, reply.Text.Length / 4),
            }.ToJsonString(),
            "application/json"
        );
    }
}
