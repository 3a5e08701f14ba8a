using System.Text.Json;
using Microsoft.Extensions.Logging;
using RagPy.Core.Settings;

namespace RagPy.Core.Providers;

/// <summary>
/// Prices by <c>provider/model</c>: the built-in list prices, over which the file that <c>RAGPY_PRICES</c> names is laid. A model that neither has costs an unknown
/// amount, which is said and never taken for nothing. Models of this machine cost nothing.
/// </summary>
internal sealed partial class PriceTable
{
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web)
    {
        AllowTrailingCommas = true,
        ReadCommentHandling = JsonCommentHandling.Skip,
    };

    private static readonly Price s_free = new();

    private readonly Dictionary<string, Price> _prices;
    private readonly ILogger<PriceTable> _logger;

    public PriceTable(RagPySettings settings, ILogger<PriceTable> logger)
    {
        _logger = logger;
        using var resource = typeof(PriceTable).Assembly.GetManifestResourceStream("RagPy.Core.Providers.prices.json")!;
        _prices = new(JsonSerializer.Deserialize<Dictionary<string, Price>>(resource, s_json)!, StringComparer.OrdinalIgnoreCase);
        if (settings.PricesFile is not { } path)
        {
            return;
        }

        try
        {
            using var file = File.OpenRead(path);
            foreach (var (name, price) in JsonSerializer.Deserialize<Dictionary<string, Price>>(file, s_json) ?? [])
            {
                _prices[name] = price;
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            LogUnreadable(exception, path);
        }
    }

    /// <summary>The price of a model; null when it is not known.</summary>
    /// <param name="model">As the provider names it; for Azure the deployment, which is priced as the OpenAI model whose name it contains.</param>
    public Price? Find(string provider, string model)
    {
        if (_prices.TryGetValue($"{provider}/{model}", out var price))
        {
            return price;
        }

        return provider switch
        {
            ProviderEndpoints.Ollama or "onnx" => s_free,
            ProviderEndpoints.Azure => _prices
                .Where(p => p.Key.StartsWith("openai/", StringComparison.OrdinalIgnoreCase))
                .Where(p => model.Contains(p.Key["openai/".Length..], StringComparison.OrdinalIgnoreCase))
                .OrderByDescending(p => p.Key.Length)
                .Select(p => p.Value)
                .FirstOrDefault(),
            _ => null,
        };
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "RAGPY_PRICES names {Path}, which cannot be read as prices; the built-in prices hold"
    )]
    private partial void LogUnreadable(Exception exception, string path);
}
