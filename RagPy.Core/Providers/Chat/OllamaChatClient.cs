using System.Numerics;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace RagPy.Core.Providers.Chat;

/// <summary>
/// <c>POST /api/chat</c> (Ollama, docs/api.md, "Generate a chat completion"). The context is asked for as large as question and answer need: by default Ollama
/// drops the beginning of what does not fit, and says nothing.
/// </summary>
internal sealed class OllamaChatClient(ProviderClient client, ProviderEndpoint endpoint, string model, int maxConcurrent)
    : RemoteChatClient(client, endpoint, model, maxConcurrent)
{
    private const int SmallestContext = 4096;

    /// <summary>Tokens of one image, and of what a model's template adds; generous.</summary>
    private const int ImageTokens = 2048;
    private const int TemplateTokens = 256;

    /// <inheritdoc/>
    protected override Task<ChatAnswer> AskAsync(
        IReadOnlyList<ChatMessage> messages,
        ChatOptions? options,
        CancellationToken cancellationToken
    ) => SendAsync("api/chat", json => Write(json, messages, options), Read, options, cancellationToken);

    private void Write(Utf8JsonWriter json, IReadOnlyList<ChatMessage> messages, ChatOptions? options)
    {
        json.WriteString("model", Model);
        json.WriteStartArray("messages");
        foreach (var message in messages)
        {
            json.WriteStartObject();
            json.WriteString("role", RoleOf(message));
            json.WriteString("content", TextOf(message));
            if (ImagesOf(message).Any())
            {
                json.WriteStartArray("images");
                foreach (var image in ImagesOf(message))
                {
                    json.WriteBase64StringValue(image.Data.Span);
                }

                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteBoolean("stream", false);
        json.WriteStartObject("options");
        if (options?.Temperature is { } temperature)
        {
            json.WriteNumber("temperature", (decimal)temperature);
        }

        if (options?.MaxOutputTokens is { } most)
        {
            json.WriteNumber("num_predict", most);
        }

        json.WriteNumber("num_ctx", ContextFor(messages, options));
        json.WriteEndObject();
    }

    /// <summary>A power of two, so that few different sizes make the server load a model anew.</summary>
    private static int ContextFor(IReadOnlyList<ChatMessage> messages, ChatOptions? options)
    {
        const int charactersPerToken = 3;
        var counted = ProviderCall.TokensOf(options?.AdditionalProperties);
        var sent = counted > 0 ? counted : messages.Sum(m => TextOf(m).Length) / charactersPerToken;
        var images = messages.Sum(m => ImagesOf(m).Count());
        var needed = sent + (images * ImageTokens) + (options?.MaxOutputTokens ?? SmallestContext) + TemplateTokens;
        return (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(SmallestContext, needed));
    }

    private static ChatAnswer Read(JsonElement root)
    {
        var message = ChatAnswer.Property(root, "message") ?? throw new JsonException("The answer has no message.");
        return new ChatAnswer(
            ChatAnswer.StringOf(ChatAnswer.Property(message, "content")) ?? "",
            Refusal: null,
            ChatAnswer.StringOf(ChatAnswer.Property(root, "done_reason")) is { } reason ? new ChatFinishReason(reason) : null,
            ChatAnswer.NumberOf(ChatAnswer.Property(root, "prompt_eval_count")),
            ChatAnswer.NumberOf(ChatAnswer.Property(root, "eval_count")),
            Cost: null,
            ChatAnswer.StringOf(ChatAnswer.Property(root, "model"))
        );
    }
}
