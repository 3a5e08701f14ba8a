using System.Collections.Concurrent;
using Microsoft.Extensions.AI;
using RagPy.Core.Embedding.Onnx;
using RagPy.Core.Pipeline;
using RagPy.Core.Providers;
using RagPy.Core.Settings;

namespace RagPy.Core.Embedding;

/// <summary>The offline embedder, the local models, and every remote model that the settings give access to. A remote model is known by its id alone: nothing is asked of a provider.</summary>
internal sealed class ConfiguredEmbedders(
    OfflineEmbeddingGenerator offline,
    ProviderClient client,
    ProviderEndpoints endpoints,
    RagPySettings settings,
    PipelineOptions options
) : IEmbedderRegistry, IDisposable
{
    /// <summary>Hybrid weight of a real model (DESIGN §3.6).</summary>
    private const double ModelWeight = 0.5;

    /// <summary>Providers cut their own limits a little finer than their documents say, and count with tokenisers of their own.</summary>
    private const int OpenAITokens = 250_000;
    private const int MistralTokens = 12_000;
    private const int UnknownTokens = 60_000;

    /// <summary>Models that are suggested where their provider's key is set. Ollama and servers of one's own have what their owner put there.</summary>
    private static readonly (string Provider, string Model)[] s_usual =
    [
        (ProviderEndpoints.OpenAI, "text-embedding-3-large"),
        (ProviderEndpoints.OpenAI, "text-embedding-3-small"),
        (ProviderEndpoints.Mistral, "mistral-embed"),
    ];

    private readonly OnnxModels _onnx = new(settings);
    private readonly ConcurrentDictionary<string, IEmbeddingGenerator<string, Embedding<float>>> _generators = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public EmbedderInfo Default => Describe(settings.DefaultEmbedder);

    /// <inheritdoc/>
    public IReadOnlyList<string> Suggestions =>
        [
            .. new[] { OfflineEmbeddingGenerator.Info.Id, settings.DefaultEmbedder }
                .Concat(from model in s_usual where endpoints.IsReady(model.Provider) select $"{model.Provider}/{model.Model}")
                .Concat(_onnx.Ids())
                .Distinct(),
        ];

    /// <inheritdoc/>
    public EmbedderInfo Describe(string embedderId)
    {
        if (embedderId == OfflineEmbeddingGenerator.Info.Id)
        {
            return OfflineEmbeddingGenerator.Info;
        }

        var name = Parse(embedderId);
        if (name.Provider == OnnxModels.Provider)
        {
            return _onnx.Require(name, ModelWeight).Info;
        }

        endpoints.Require(name.Provider);
        var known = EmbeddingModel.Find(name.Model);
        var dimension =
            name.Dimension
            ?? known?.Dimension
            ?? throw new ProviderNotConfiguredException(
                $"The dimension of '{name.Model}' is not known here: write it behind the name, as in {embedderId}@1024."
            );
        return new EmbedderInfo(embedderId, dimension, IsApproximate: false, ModelWeight);
    }

    /// <inheritdoc/>
    public bool IsApproximate(string embedderId) => embedderId == OfflineEmbeddingGenerator.Info.Id;

    /// <inheritdoc/>
    public IEmbeddingGenerator<string, Embedding<float>> Get(string embedderId) =>
        embedderId == OfflineEmbeddingGenerator.Info.Id ? offline : _generators.GetOrAdd(Describe(embedderId).Id, Create);

    /// <summary>Unloads the local models.</summary>
    public void Dispose()
    {
        foreach (var generator in _generators.Values)
        {
            generator.Dispose();
        }
    }

    private static EmbedderName Parse(string embedderId) =>
        EmbedderName.TryParse(embedderId)
        ?? throw new ProviderNotConfiguredException(
            $"'{embedderId}' names no embedder. Write provider/model, as in openai/text-embedding-3-large, with @dimension behind it where needed; "
                + $"or {OfflineEmbeddingGenerator.Info.Id}."
        );

    private IEmbeddingGenerator<string, Embedding<float>> Create(string embedderId)
    {
        var name = Parse(embedderId);
        return name.Provider == OnnxModels.Provider ? CreateLocal(name) : CreateRemote(embedderId, name);
    }

    private OnnxEmbeddingGenerator CreateLocal(EmbedderName name)
    {
        // Two calls, so that texts of one are divided into tokens while the model computes those of the other.
        const int calls = 2;
        var (info, model) = _onnx.Require(name, ModelWeight);
        var limits = new EmbeddingLimits(options.EmbeddingBatchSize, int.MaxValue, UnknownTokens, calls);
        return new OnnxEmbeddingGenerator(model, info, limits, settings.DefaultMaxWorkers);
    }

    private RemoteEmbeddingGenerator CreateRemote(string embedderId, EmbedderName name)
    {
        var info = Describe(embedderId);
        var endpoint = endpoints.Require(name.Provider);
        var known = EmbeddingModel.Find(name.Model);
        int? asked = known is { CanReduce: true } && known.Dimension != info.Dimension ? info.Dimension : null;
        var perMinute = settings.EmbeddingTokensPerMinute;
        return name.Provider switch
        {
            ProviderEndpoints.OpenAI => new OpenAIEmbeddingGenerator(
                client,
                endpoint,
                info,
                name.Model,
                asked,
                Limits(2048, known, OpenAITokens),
                perMinute,
                "embeddings",
                asksForBase64: true
            ),
            ProviderEndpoints.Azure => new OpenAIEmbeddingGenerator(
                client,
                endpoint,
                info,
                name.Model,
                asked,
                Limits(2048, known, OpenAITokens),
                perMinute,
                endpoints.AzurePath(name.Model, "embeddings"),
                asksForBase64: true
            ),
            ProviderEndpoints.Compatible => new OpenAIEmbeddingGenerator(
                client,
                endpoint,
                info,
                name.Model,
                asked,
                Limits(2048, known, UnknownTokens),
                perMinute,
                "embeddings",
                asksForBase64: false
            ),
            ProviderEndpoints.Mistral => new MistralEmbeddingGenerator(
                client,
                endpoint,
                info,
                name.Model,
                asked,
                Limits(128, known, MistralTokens),
                perMinute
            ),
            _ => new OllamaEmbeddingGenerator(client, endpoint, info, name.Model, asked, Limits(64, known, UnknownTokens), perMinute),
        };
    }

    private EmbeddingLimits Limits(int inputs, EmbeddingModel? known, int tokensPerRequest) =>
        new(Math.Min(inputs, options.EmbeddingBatchSize), known?.MaxTokens ?? int.MaxValue, tokensPerRequest, settings.EmbeddingCalls);
}
