using System.Collections.Concurrent;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using RagPy.Core.Settings;

namespace RagPy.Core.Providers.Chat;

/// <summary>Every chat model that the settings give access to.</summary>
internal sealed partial class ConfiguredChatModels(
    ProviderClient client,
    ProviderEndpoints endpoints,
    RagPySettings settings,
    ILogger<ConfiguredChatModels> logger
) : IChatModels
{
    /// <summary>What stands in for a model of OpenRouter where its key is not set (the original's rule).</summary>
    private static readonly ChatModelName s_substitute = new(ProviderEndpoints.OpenAI, "gpt-4o-mini");

    private readonly ConcurrentDictionary<string, RemoteChatClient> _clients = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _warned = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public ChatModelName Require(string name)
    {
        var model =
            ChatModelName.TryParse(name)
            ?? throw new ProviderNotConfiguredException($"'{name}' names no chat model. Write provider/model, as in openai/gpt-4o-mini.");
        if (model is { Provider: ProviderEndpoints.OpenRouter, IsInferred: true } && string.IsNullOrEmpty(settings.OpenRouterApiKey))
        {
            if (_warned.TryAdd(name, true))
            {
                LogSubstituted(name, s_substitute.Id);
            }

            model = s_substitute;
        }

        endpoints.Require(model.Provider);
        return model;
    }

    /// <inheritdoc/>
    public IChatClient Get(string name)
    {
        var model = Require(name);
        return _clients.GetOrAdd(model.Id, _ => Create(model));
    }

    private RemoteChatClient Create(ChatModelName model)
    {
        var endpoint = endpoints.Require(model.Provider);
        var calls = settings.MaxConcurrentLlmCalls;
        ChatCompletionsClient Completions(string path, string limit) => new(client, endpoint, model.Model, calls, path, limit);
        return model.Provider switch
        {
            ProviderEndpoints.Ollama => new OllamaChatClient(client, endpoint, model.Model, calls),
            ProviderEndpoints.OpenAI => Completions("chat/completions", ChatDialect.NewLimit),
            ProviderEndpoints.Azure => Completions(endpoints.AzurePath(model.Model, "chat/completions"), ChatDialect.OldLimit),
            ProviderEndpoints.Mistral => Completions("v1/chat/completions", ChatDialect.OldLimit),
            _ => Completions("chat/completions", ChatDialect.OldLimit),
        };
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The chat model {Name} is OpenRouter's, and OPENROUTER_API_KEY is not set: {Substitute} is used"
    )]
    private partial void LogSubstituted(string name, string substitute);
}
