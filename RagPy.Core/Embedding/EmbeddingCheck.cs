using Microsoft.Extensions.AI;
using RagPy.Core.Pipeline;
using RagPy.Core.Providers;

namespace RagPy.Core.Embedding;

/// <summary>What every generator does with the vectors of a model before they are believed, and how it tells what it is.</summary>
internal static class EmbeddingCheck
{
    /// <summary>A text that cannot be embedded: among others, what is wrong is looked for by asking for fewer; alone it is that text's failure.</summary>
    private const int Unprocessable = 422;

    /// <summary>The vectors of an answer as embeddings.</summary>
    /// <param name="model">Name by which the model is chosen.</param>
    /// <exception cref="DocumentFailedException">They have another dimension than the embedder.</exception>
    /// <exception cref="ProviderRefusedException">One is missing, or has no direction.</exception>
    public static GeneratedEmbeddings<Embedding<float>> Take(EmbeddingAnswer answer, EmbedderInfo info, string provider, string model)
    {
        var embeddings = new GeneratedEmbeddings<Embedding<float>>(answer.Vectors.Length)
        {
            Usage = new UsageDetails { InputTokenCount = answer.Tokens, TotalTokenCount = answer.Tokens },
        };
        foreach (var vector in answer.Vectors)
        {
            if (vector is not null && vector.Length != info.Dimension)
            {
                throw new DocumentFailedException(
                    FailureCode.ProviderError,
                    $"{provider} gave vectors of {vector.Length} components, and the project has {info.Dimension}. "
                        + $"Choose the embedder {provider}/{model}@{vector.Length} to use them."
                );
            }

            if (vector is null || !HasDirection(vector))
            {
                throw NoVector(provider, vector is null ? "no vector" : "a vector that is zero or not finite");
            }

            embeddings.Add(new Embedding<float>(vector) { ModelId = info.Id });
        }

        return embeddings;
    }

    /// <summary>There is no usable vector for a text.</summary>
    /// <param name="what">What there is in its place.</param>
    public static ProviderRefusedException NoVector(string provider, string what) =>
        new(new Failure(FailureCode.ProviderError, $"{provider} gave {what} for a text."), Unprocessable);

    /// <summary>False for a vector that is zero or not finite.</summary>
    public static bool HasDirection(ReadOnlySpan<float> vector)
    {
        var squares = 0.0;
        foreach (var component in vector)
        {
            squares += (double)component * component;
        }

        return double.IsFinite(squares) && squares > 0;
    }

    /// <summary>Answers <see cref="IEmbeddingGenerator.GetService"/>: the first of the services that is of the type, or the generator itself.</summary>
    public static object? FindService(IEmbeddingGenerator generator, Type type, object? key, params ReadOnlySpan<object> services)
    {
        ArgumentNullException.ThrowIfNull(type);
        if (key is not null)
        {
            return null;
        }

        foreach (var service in services)
        {
            if (service.GetType() == type)
            {
                return service;
            }
        }

        return type.IsInstanceOfType(generator) ? generator : null;
    }
}
