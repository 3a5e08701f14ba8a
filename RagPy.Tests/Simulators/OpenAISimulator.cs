using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace RagPy.Tests.Simulators;

/// <summary>
/// OpenAI's <c>/embeddings</c> and <c>/chat/completions</c> as the published OpenAPI document and the API reference describe them; the same under an Azure OpenAI
/// deployment's path (Azure OpenAI REST API reference), and what OpenRouter and compatible servers answer to the same requests.
/// </summary>
internal sealed class OpenAISimulator : Simulator
{
    public const string Key = "sk-simulated";

    private readonly Lock _lock = new();
    private double _allowance = double.NaN;
    private long _allowedAt;

    public EmbeddingVectors Vectors { get; } = new();

    /// <summary>Length of vectors when the request does not say.</summary>
    public int Dimension { get; init; } = 3072;

    /// <summary>Longest input array (API reference: 2,048).</summary>
    public int MaxInputs { get; init; } = 2048;

    /// <summary>A text with this in it is refused, as by a content filter.</summary>
    public string? Refused { get; set; }

    /// <summary>Requests a second that are really allowed, as a bucket that holds one second's; null for any number.</summary>
    public double? RequestsPerSecond { get; set; }

    /// <summary>Whether answers carry the rate-limit headers.</summary>
    public bool SendsRateHeaders { get; set; }

    /// <summary>The chat model.</summary>
    public SimulatedChat Chat { get; } = new();

    /// <summary>Behaves as a reasoning model: wants <c>max_completion_tokens</c> and no temperature but its own.</summary>
    public bool IsReasoningModel { get; set; }

    /// <summary>Behaves as an older model or server, which does not know <c>max_completion_tokens</c>.</summary>
    public bool IsOldModel { get; set; }

    /// <summary>Bodies that the next chats are answered with, whatever was asked.</summary>
    public ConcurrentQueue<string> RawChats { get; } = [];

    /// <summary>What a chat call costs, as OpenRouter says it; null to say nothing.</summary>
    public double? ChatCost { get; init; }

    /// <summary>Most requests that were inside at once.</summary>
    public int MostAtOnce { get; private set; }

    private int _inside;

    /// <inheritdoc/>
    protected override void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/embeddings", (Delegate)((HttpContext context) => GuardAsync(context, "Bearer", EmbedAsync)));
        routes.MapPost("/v1/chat/completions", (Delegate)((HttpContext context) => GuardAsync(context, "Bearer", ChatAsync)));
        routes.MapPost(
            "/openai/deployments/{deployment}/embeddings",
            (Delegate)((HttpContext context) => GuardAsync(context, "api-key", EmbedAsync))
        );
        routes.MapPost(
            "/openai/deployments/{deployment}/chat/completions",
            (Delegate)((HttpContext context) => GuardAsync(context, "api-key", ChatAsync))
        );
    }

    /// <inheritdoc/>
    protected override string ErrorBody(int status, string message) =>
        new JsonObject
        {
            ["error"] = new JsonObject
            {
                ["message"] = message,
                ["type"] =
                    status == 429 ? "requests"
                    : status >= 500 ? "server_error"
                    : "invalid_request_error",
                ["param"] = null,
                ["code"] = status == 429 ? "rate_limit_exceeded" : null,
            },
        }.ToJsonString();

    private async Task<IResult> GuardAsync(HttpContext context, string scheme, Func<HttpContext, Task<IResult>> handle)
    {
        var sent = scheme == "Bearer" ? context.Request.Headers.Authorization.ToString() : context.Request.Headers[scheme].ToString();
        if (sent != (scheme == "Bearer" ? $"Bearer {Key}" : Key))
        {
            return Error(401, $"Incorrect API key provided: {sent}.");
        }

        if (scheme == "api-key" && context.Request.Query["api-version"].Count == 0)
        {
            return Error(404, "Resource not found");
        }

        if (!Allow(context))
        {
            context.Response.Headers.RetryAfter = "1";
            return Error(429, "Rate limit reached");
        }

        lock (_lock)
        {
            MostAtOnce = Math.Max(MostAtOnce, ++_inside);
        }

        try
        {
            return await handle(context);
        }
        finally
        {
            lock (_lock)
            {
                _inside--;
            }
        }
    }

    private bool Allow(HttpContext context)
    {
        if (RequestsPerSecond is not { } perSecond)
        {
            return true;
        }

        lock (_lock)
        {
            var now = Environment.TickCount64;
            _allowance = double.IsNaN(_allowance) ? perSecond : Math.Min(perSecond, _allowance + ((now - _allowedAt) / 1000.0 * perSecond));
            _allowedAt = now;
            var isAllowed = _allowance >= 1;
            _allowance -= isAllowed ? 1 : 0;
            if (SendsRateHeaders)
            {
                var left = (int)_allowance;
                context.Response.Headers["x-ratelimit-remaining-requests"] = left.ToString(CultureInfo.InvariantCulture);
                context.Response.Headers["x-ratelimit-reset-requests"] =
                    $"{(int)Math.Ceiling((1 - Math.Min(1, _allowance)) / perSecond * 1000)}ms";
            }

            return isAllowed;
        }
    }

    private async Task<IResult> EmbedAsync(HttpContext context)
    {
        using var body = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
        var root = body.RootElement;
        var input = root.GetProperty("input");
        var texts =
            input.ValueKind == JsonValueKind.String ? [input.GetString()!] : input.EnumerateArray().Select(i => i.GetString()!).ToList();
        if (texts.Count is 0 || texts.Count > MaxInputs || texts.Exists(t => t.Length == 0))
        {
            return Error(400, $"'input' must have 1 to {MaxInputs} strings, none of them empty.");
        }

        if (Refused is { } refused && texts.FindIndex(t => t.Contains(refused, StringComparison.Ordinal)) is >= 0 and var at)
        {
            return Error(400, $"Input {at} is refused by the content filter");
        }

        var model = (string?)context.Request.RouteValues["deployment"] ?? root.GetProperty("model").GetString()!;
        var dimension = root.TryGetProperty("dimensions", out var dimensions) ? dimensions.GetInt32() : Dimension;
        var isBase64 = root.TryGetProperty("encoding_format", out var format) && format.GetString() == "base64";
        var failing = FailingItems(context);
        var answer = new MemoryStream();
        await using (var json = new Utf8JsonWriter(answer))
        {
            json.WriteStartObject();
            json.WriteString("object", "list");
            json.WriteStartArray("data");
            for (var i = 0; i < texts.Count; i++)
            {
                if (!failing.Contains(i))
                {
                    Write(json, i, Vectors.Embed(model, texts[i], dimension), isBase64);
                }
            }

            json.WriteEndArray();
            json.WriteString("model", model);
            json.WriteStartObject("usage");
            var tokens = texts.Sum(t => Math.Max(1, t.Length / 4));
            json.WriteNumber("prompt_tokens", tokens);
            json.WriteNumber("total_tokens", tokens);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return Results.Bytes(answer.ToArray(), "application/json");
    }

    private static void Write(Utf8JsonWriter json, int index, float[] vector, bool isBase64)
    {
        json.WriteStartObject();
        json.WriteString("object", "embedding");
        json.WriteNumber("index", index);
        if (isBase64)
        {
            json.WriteBase64String("embedding", MemoryMarshal.AsBytes(vector.AsSpan()));
        }
        else
        {
            json.WriteStartArray("embedding");
            foreach (var component in vector)
            {
                json.WriteNumberValue(component);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private async Task<IResult> ChatAsync(HttpContext context)
    {
        using var body = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
        var request = body.RootElement.Clone();
        if (FindFault(request) is { } fault)
        {
            return Error(400, fault);
        }

        if (RawChats.TryDequeue(out var raw))
        {
            return Results.Text(raw, "application/json");
        }

        var reply = Chat.Answer(request);
        var (sent, made) = (request.GetRawText().Length / 4, Math.Max(1, reply.Text.Length / 4));
        var usage = new JsonObject
        {
            ["prompt_tokens"] = sent,
            ["completion_tokens"] = made,
            ["total_tokens"] = sent + made,
        };
        if (ChatCost is { } cost)
        {
            usage["cost"] = cost;
        }

        return Results.Text(
            new JsonObject
            {
                ["id"] = $"chatcmpl-{Chat.Requests.Count}",
                ["object"] = "chat.completion",
                ["created"] = DateTimeOffset.UtcNow.ToUnixTimeSeconds(),
                ["model"] = (string?)context.Request.RouteValues["deployment"] ?? request.GetProperty("model").GetString()!,
                ["choices"] = new JsonArray(
                    new JsonObject
                    {
                        ["index"] = 0,
                        ["message"] = new JsonObject
                        {
                            ["role"] = "assistant",
                            ["content"] = reply.Refusal is null ? reply.Text : null,
                            ["refusal"] = reply.Refusal,
                        },
                        ["logprobs"] = null,
                        ["finish_reason"] = reply.Finish,
                    }
                ),
                ["usage"] = usage,
            }.ToJsonString(),
            "application/json"
        );
    }

    private string? FindFault(JsonElement request)
    {
        if (IsReasoningModel && request.TryGetProperty("max_tokens", out _))
        {
            return "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.";
        }

        if (IsReasoningModel && request.TryGetProperty("temperature", out var temperature) && temperature.GetDouble() is not 1)
        {
            return "Unsupported value: 'temperature' does not support 0.3 with this model. Only the default (1) value is supported.";
        }

        if (IsOldModel && request.TryGetProperty("max_completion_tokens", out _))
        {
            return "Unrecognized request argument supplied: max_completion_tokens";
        }

        return Chat.Refuses(request) ? "The prompt is refused by the content filter" : null;
    }
}
