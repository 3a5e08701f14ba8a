using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace RagPy.Tests.Simulators;

/// <summary>Mistral's <c>POST /v1/chat/completions</c> as its published OpenAPI document describes it; that asks for a property <c>data</c> in answers, which it does not describe and which is therefore sent empty.</summary>
internal sealed class MistralChatSimulator : Simulator
{
    public const string Key = "mistral-simulated";

    public SimulatedChat Chat { get; } = new();

    /// <inheritdoc/>
    protected override void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/chat/completions", (Delegate)ChatAsync);

    /// <inheritdoc/>
    protected override string ErrorBody(int status, string message) =>
        new JsonObject { ["object"] = "error", ["message"] = message }.ToJsonString();

    private async Task<IResult> ChatAsync(HttpContext context)
    {
        if (context.Request.Headers.Authorization != $"Bearer {Key}")
        {
            return Error(401, "Unauthorized");
        }

        using var body = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
        var request = body.RootElement.Clone();
        if (request.TryGetProperty("max_completion_tokens", out _))
        {
            return Error(422, "Extra inputs are not permitted: max_completion_tokens");
        }

        if (Chat.Refuses(request))
        {
            return Error(400, "Input is not accepted");
        }

        var reply = Chat.Answer(request);
        var (sent, made) = (request.GetRawText().Length / 4, Math.Max(1, reply.Text.Length / 4));
        return Results.Text(
            new JsonObject
            {
                ["id"] = "cmpl-1",
                ["object"] = "chat.completion",
                ["created"] = 1_800_000_000,
                ["data"] = new JsonArray(),
                ["model"] = request.GetProperty("model").GetString(),
                ["choices"] = new JsonArray(
                    new JsonObject
                    {
                        ["index"] = 0,
                        ["message"] = new JsonObject { ["role"] = "assistant", ["content"] = reply.Text },
                        ["finish_reason"] = reply.Finish,
                    }
                ),
                ["usage"] = new JsonObject
                {
                    ["prompt_tokens"] = sent,
                    ["completion_tokens"] = made,
                    ["total_tokens"] = sent + made,
                },
            }.ToJsonString(),
            "application/json"
        );
    }
}
