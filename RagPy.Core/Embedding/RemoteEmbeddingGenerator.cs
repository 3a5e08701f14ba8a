using System.Text.Json;
using Microsoft.Extensions.AI;
using RagPy.Core.Pipeline;
using RagPy.Core.Providers;

namespace RagPy.Core.Embedding;

/// <summary>
/// Embeds texts by a remote model: one request a call, whose answer is checked before any of it is believed. Vectors come back as the provider gave them, in the
/// order of the texts. Providers differ in path and body only, which the heirs know. Thread safe.
/// </summary>
/// <param name="info">The embedder; its dimension is what every vector must have.</param>
/// <param name="dimensions">Dimension to ask for; null where the model's own is wanted, or the provider cannot choose.</param>
internal abstract class RemoteEmbeddingGenerator(
    ProviderClient client,
    ProviderEndpoint endpoint,
    EmbedderInfo info,
    string model,
    int? dimensions,
    EmbeddingLimits limits,
    int tokensPerMinute
) : IEmbeddingGenerator<string, Embedding<float>>
{
    /// <summary>Longest time of one request (the original's 60 s).</summary>
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(60);

    private readonly EmbeddingGeneratorMetadata _metadata = new(endpoint.Name, endpoint.BaseUrl, model, info.Dimension);

    /// <summary>Below the endpoint's address.</summary>
    protected abstract string Path { get; }

    protected string Model { get; } = model;

    protected int? Dimensions { get; } = dimensions;

    /// <inheritdoc/>
    /// <exception cref="DocumentFailedException">Key, account or dimension are wrong: the message says what to set.</exception>
    /// <exception cref="ProviderRefusedException">The provider does not take these texts; a part of them it may.</exception>
    /// <exception cref="TransientFailureException">It did not work, and may later.</exception>
    public async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values,
        EmbeddingGenerationOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(values);
        var texts = values as IReadOnlyList<string> ?? [.. values];
        if (texts.Count == 0)
        {
            return [];
        }

        var body = JsonBody.Of(json => WriteBody(json, texts), texts.Sum(t => t.Length) + 1024);
        var request = new ProviderRequest(endpoint, Path, "embeddings", body)
        {
            Model = Model,
            Party = ProviderCall.PartyOf(options?.AdditionalProperties),
            Tokens = ProviderCall.TokensOf(options?.AdditionalProperties),
            Timeout = s_timeout,
            MaxConcurrent = limits.Calls,
            TokensPerMinute = tokensPerMinute,
            // Thirteen characters of JSON a component are more than a float can need.
            MaxAnswerBytes = (1L << 20) + (texts.Count * (long)info.Dimension * 64),
        };
        var answer = await client.SendAsync(request, a => EmbeddingAnswer.Read(a.Body.Span, texts.Count), cancellationToken);
        return Check(answer, texts.Count);
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(EmbeddingGeneratorMetadata) ? _metadata
            : serviceType == typeof(EmbedderInfo) ? info
            : serviceType == typeof(EmbeddingLimits) ? limits
            : serviceType.IsInstanceOfType(this) ? this
            : null;
    }

    /// <summary>Nothing to release: connections are the factory's.</summary>
    public void Dispose() { }

    /// <summary>Writes the properties of the request's body.</summary>
    protected abstract void WriteBody(Utf8JsonWriter json, IReadOnlyList<string> texts);

    protected static void WriteTexts(Utf8JsonWriter json, string name, IReadOnlyList<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }

    private GeneratedEmbeddings<Embedding<float>> Check(EmbeddingAnswer answer, int count)
    {
        var embeddings = new GeneratedEmbeddings<Embedding<float>>(count)
        {
            Usage = new UsageDetails { InputTokenCount = answer.Tokens, TotalTokenCount = answer.Tokens },
        };
        foreach (var vector in answer.Vectors)
        {
            if (vector is not null && vector.Length != info.Dimension)
            {
                throw new DocumentFailedException(
                    FailureCode.ProviderError,
                    $"{endpoint.Name} gave vectors of {vector.Length} components, and the project has {info.Dimension}. "
                        + $"Choose the embedder {endpoint.Name}/{Model}@{vector.Length} to use them."
                );
            }

            if (vector is null || !HasDirection(vector))
            {
                // Alone it is that text's failure; among others, what is wrong is looked for by asking for fewer.
                const int unprocessable = 422;
                var what = vector is null ? "no vector" : "a vector that is zero or not finite";
                throw new ProviderRefusedException(
                    new Failure(FailureCode.ProviderError, $"{endpoint.Name} gave {what} for a text."),
                    unprocessable
                );
            }

            embeddings.Add(new Embedding<float>(vector) { ModelId = info.Id });
        }

        return embeddings;
    }

    private static bool HasDirection(ReadOnlySpan<float> vector)
    {
        var squares = 0.0;
        foreach (var component in vector)
        {
            squares += (double)component * component;
        }

        return double.IsFinite(squares) && squares > 0;
    }
}
