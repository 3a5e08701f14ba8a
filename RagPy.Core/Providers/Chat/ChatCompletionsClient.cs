using System.Net;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace RagPy.Core.Providers.Chat;

/// <summary>
/// <c>POST /chat/completions</c> of OpenAI's API reference, which Azure OpenAI (by deployment), OpenRouter, compatible servers and Mistral (<c>/v1/chat/completions</c>
/// of its API reference) take as well. Images go as data URLs (OpenAI's guide "Images and vision"). OpenRouter may answer 200 with an error in the body ("Errors"),
/// and says what a call cost ("Usage accounting").
/// </summary>
/// <param name="path">Below the endpoint's address; Azure's has the deployment and the API version.</param>
/// <param name="limit">Property that limits the answer, to begin with (<see cref="ChatDialect"/>).</param>
internal sealed class ChatCompletionsClient(
    ProviderClient client,
    ProviderEndpoint endpoint,
    string model,
    int maxConcurrent,
    string path,
    string limit
) : RemoteChatClient(client, endpoint, model, maxConcurrent)
{
    /// <summary>Limit and temperature can each be wrong once.</summary>
    private const int MostDialects = 3;

    private volatile ChatDialect _dialect = new(limit);

    /// <inheritdoc/>
    protected override async Task<ChatAnswer> AskAsync(
        IReadOnlyList<ChatMessage> messages,
        ChatOptions? options,
        CancellationToken cancellationToken
    )
    {
        for (var attempt = 1; ; attempt++)
        {
            var dialect = _dialect;
            try
            {
                return await SendAsync(path, json => Write(json, messages, options, dialect), Read, options, cancellationToken);
            }
            catch (ProviderRefusedException refused) when (attempt < MostDialects && dialect.After(refused) is { } other)
            {
                _dialect = other;
            }
        }
    }

    private void Write(Utf8JsonWriter json, IReadOnlyList<ChatMessage> messages, ChatOptions? options, ChatDialect dialect)
    {
        json.WriteString("model", Model);
        json.WriteStartArray("messages");
        foreach (var message in messages)
        {
            WriteMessage(json, message);
        }

        json.WriteEndArray();
        if (dialect.SendsTemperature && options?.Temperature is { } temperature)
        {
            // By way of decimal: 0.3f is 0.30000001192092896 as a double.
            json.WriteNumber("temperature", (decimal)temperature);
        }

        if (options?.MaxOutputTokens is { } most)
        {
            json.WriteNumber(dialect.Limit, most);
        }
    }

    private static void WriteMessage(Utf8JsonWriter json, ChatMessage message)
    {
        json.WriteStartObject();
        json.WriteString("role", RoleOf(message));
        var text = TextOf(message);
        if (!ImagesOf(message).Any())
        {
            json.WriteString("content", text);
            json.WriteEndObject();
            return;
        }

        json.WriteStartArray("content");
        foreach (var content in message.Contents)
        {
            json.WriteStartObject();
            if (content is DataContent image)
            {
                json.WriteString("type", "image_url");
                json.WriteStartObject("image_url");
                json.WriteString("url", image.Uri);
                json.WriteEndObject();
            }
            else
            {
                json.WriteString("type", "text");
                json.WriteString("text", ((TextContent)content).Text);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private ChatAnswer Read(JsonElement root)
    {
        ThrowIfError(root);
        if (ChatAnswer.Property(root, "choices") is not { ValueKind: JsonValueKind.Array } choices || choices.GetArrayLength() == 0)
        {
            throw new JsonException("The answer has no choices.");
        }

        var choice = choices[0];
        ThrowIfError(choice);
        var message = ChatAnswer.Property(choice, "message") ?? throw new JsonException("The answer has no message.");
        var usage = ChatAnswer.Property(root, "usage");
        return new ChatAnswer(
            ContentOf(message),
            ChatAnswer.StringOf(ChatAnswer.Property(message, "refusal")),
            ReasonOf(ChatAnswer.StringOf(ChatAnswer.Property(choice, "finish_reason"))),
            ChatAnswer.NumberOf(ChatAnswer.Property(usage, "prompt_tokens")),
            ChatAnswer.NumberOf(ChatAnswer.Property(usage, "completion_tokens")),
            Endpoint.Name == ProviderEndpoints.OpenRouter
            && ChatAnswer.Property(usage, "cost") is { ValueKind: JsonValueKind.Number } cost
            && cost.TryGetDecimal(out var dollars)
                ? dollars
                : null,
            ChatAnswer.StringOf(ChatAnswer.Property(root, "model"))
        );
    }

    /// <summary>Text, or parts of which those that are text count: a model's thoughts are not its answer.</summary>
    private static string ContentOf(JsonElement message) =>
        ChatAnswer.Property(message, "content") switch
        {
            { ValueKind: JsonValueKind.String } text => text.GetString()!,
            { ValueKind: JsonValueKind.Array } parts => string.Concat(
                parts
                    .EnumerateArray()
                    .Where(p => ChatAnswer.StringOf(ChatAnswer.Property(p, "type")) == "text")
                    .Select(p => ChatAnswer.StringOf(ChatAnswer.Property(p, "text")))
            ),
            _ => "",
        };

    private ChatFinishReason? ReasonOf(string? reason) =>
        reason switch
        {
            null => null,
            "length" or "model_length" => ChatFinishReason.Length,
            "error" => throw ProviderFailures.NoAnswer(Endpoint, "broke off its answer"),
            _ => new ChatFinishReason(reason),
        };

    private void ThrowIfError(JsonElement element)
    {
        if (ChatAnswer.Property(element, "error") is not { ValueKind: JsonValueKind.Object } error)
        {
            return;
        }

        const int badGateway = 502;
        var status = ChatAnswer.NumberOf(ChatAnswer.Property(error, "code")) is { } code and >= 400 and < 600 ? (int)code : badGateway;
        throw ProviderFailures.Of(Endpoint, (HttpStatusCode)status, JsonSerializer.SerializeToUtf8Bytes(element), retryAfter: null);
    }
}
