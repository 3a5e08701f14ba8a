using RagPy.Core.Settings;

namespace RagPy.Core.Providers;

/// <summary>The remote engines that the settings name.</summary>
internal sealed class ProviderEndpoints(RagPySettings settings)
{
    public const string OpenAI = "openai";
    public const string Azure = "azure";
    public const string OpenRouter = "openrouter";
    public const string Compatible = "compatible";
    public const string Mistral = "mistral";
    public const string Ollama = "ollama";

    /// <summary>Every provider.</summary>
    public static IReadOnlyList<string> Names { get; } = [OpenAI, Azure, OpenRouter, Compatible, Mistral, Ollama];

    /// <summary>Path of an operation of an Azure deployment (Azure OpenAI REST API reference, data plane).</summary>
    /// <param name="operation">E.g. <c>chat/completions</c>.</param>
    public string AzurePath(string deployment, string operation) =>
        $"openai/deployments/{Uri.EscapeDataString(deployment)}/{operation}?api-version={Uri.EscapeDataString(settings.AzureOpenAIApiVersion)}";

    /// <summary>The endpoint of a provider, ready for use.</summary>
    /// <exception cref="ProviderNotConfiguredException">There is no such provider, or its address or key is not set; the message says what to set.</exception>
    public ProviderEndpoint Require(string provider)
    {
        var endpoint = Find(provider);
        if (endpoint.KeySetting.Length > 0 && string.IsNullOrEmpty(endpoint.Key))
        {
            throw new ProviderNotConfiguredException($"{provider} needs a key: set {endpoint.KeySetting}.");
        }

        return endpoint;
    }

    /// <summary>The endpoint of a provider, whether or not its key is set.</summary>
    /// <exception cref="ProviderNotConfiguredException">There is no such provider, or its address is not set; the message says what to set.</exception>
    public ProviderEndpoint Find(string provider) =>
        provider switch
        {
            OpenAI => new ProviderEndpoint(OpenAI, new Uri(settings.OpenAIBaseUrl), settings.OpenAIApiKey, "OPENAI_API_KEY"),
            Azure => new ProviderEndpoint(
                Azure,
                Address(Azure, settings.AzureOpenAIEndpoint, "AZURE_OPENAI_ENDPOINT"),
                settings.AzureOpenAIApiKey,
                "AZURE_OPENAI_API_KEY",
                KeyHeader: "api-key"
            ),
            OpenRouter => new ProviderEndpoint(
                OpenRouter,
                new Uri(settings.OpenRouterBaseUrl),
                settings.OpenRouterApiKey,
                "OPENROUTER_API_KEY"
            ),
            Compatible => new ProviderEndpoint(
                Compatible,
                Address(Compatible, settings.CompatibleBaseUrl, "RAGPY_COMPATIBLE_URL"),
                settings.CompatibleApiKey,
                KeySetting: ""
            ),
            Mistral => new ProviderEndpoint(Mistral, new Uri(settings.MistralApiBaseUrl), settings.MistralApiKey, "MISTRAL_API_KEY"),
            Ollama => new ProviderEndpoint(Ollama, new Uri(settings.OllamaBaseUrl), Key: null, KeySetting: ""),
            _ => throw new ProviderNotConfiguredException(
                $"There is no provider '{provider}'. There are {OpenAI}, {Azure}, {OpenRouter}, {Compatible}, {Mistral} and {Ollama}."
            ),
        };

    private static Uri Address(string provider, string? address, string setting) =>
        address is null
            ? throw new ProviderNotConfiguredException($"The address of '{provider}' is not set: set {setting}.")
            : new Uri(address);
}
