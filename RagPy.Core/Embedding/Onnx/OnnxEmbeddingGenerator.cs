using System.Numerics.Tensors;
using Microsoft.Extensions.AI;
using RagPy.Core.Providers;
using RagPy.Core.Search;

namespace RagPy.Core.Embedding.Onnx;

/// <summary>
/// Embeds texts by a model on this machine. The model is loaded when it is first used, and kept. Batches of all callers take turns, so that a query waits for one batch
/// of a document at most. Vectors have unit length. Thread safe.
/// </summary>
/// <param name="info">The embedder; its dimension is what every vector must have.</param>
/// <param name="threads">Threads that one batch uses.</param>
internal sealed class OnnxEmbeddingGenerator(OnnxModel model, EmbedderInfo info, EmbeddingLimits limits, int threads)
    : IEmbeddingGenerator<string, Embedding<float>>
{
    private readonly EmbeddingGeneratorMetadata _metadata = new(OnnxModels.Provider, providerUri: null, model.Name, info.Dimension);
    private readonly SemaphoreSlim _turn = new(1);
    private (OnnxTokenizer Tokenizer, OnnxSession Session)? _loaded;

    /// <inheritdoc/>
    /// <exception cref="ProviderNotConfiguredException">The model cannot be loaded; the message says why.</exception>
    /// <exception cref="Pipeline.DocumentFailedException">It gives vectors of another dimension, or cannot compute them.</exception>
    /// <exception cref="ProviderRefusedException">It gives no usable vector for a text; for a part of the texts it may.</exception>
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

        var tokenizer = (await InTurnAsync(Load, cancellationToken)).Tokenizer;
        var prompt = ProviderCall.IsQuery(options?.AdditionalProperties) ? model.Text.QueryPrompt : model.Text.PassagePrompt;
        var cut = await Task.Run(
            () => texts.Select(text => OnnxPieces.Cut(tokenizer, prompt, text, model.Text.MaxTokens).ToList()).ToList(),
            cancellationToken
        );
        if (cut.Exists(pieces => pieces[0].Length == 0))
        {
            throw EmbeddingCheck.NoVector(OnnxModels.Provider, "no vector, for it has no token,");
        }

        var vectors = await RunAsync([.. cut.SelectMany(pieces => pieces)], cancellationToken);
        var tokens = cut.Sum(pieces => pieces.Sum(piece => (long)piece.Length));
        return EmbeddingCheck.Take(new EmbeddingAnswer(Join(cut, vectors), tokens), info, OnnxModels.Provider, model.Name);
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null) =>
        EmbeddingCheck.FindService(this, serviceType, serviceKey, _metadata, info, limits);

    /// <summary>Unloads the model, when the batch that runs has ended.</summary>
    public void Dispose()
    {
        _turn.Wait();
        _loaded?.Session.Dispose();
        _loaded = null;
        _turn.Dispose();
    }

    private async Task<float[][]> RunAsync(IReadOnlyList<int[]> pieces, CancellationToken cancellationToken)
    {
        var vectors = new float[pieces.Count][];
        foreach (var batch in OnnxPieces.Batches(pieces))
        {
            var results = await InTurnAsync(
                () => Load().Session.Run(Array.ConvertAll(batch, position => pieces[position]), cancellationToken),
                cancellationToken
            );
            for (var i = 0; i < batch.Length; i++)
            {
                vectors[batch[i]] = results[i];
            }
        }

        return vectors;
    }

    private async Task<T> InTurnAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run(work, cancellationToken);
        }
        catch (OnnxModelFormatException exception)
        {
            throw new ProviderNotConfiguredException(exception.Message);
        }
        finally
        {
            _turn.Release();
        }
    }

    private (OnnxTokenizer Tokenizer, OnnxSession Session) Load()
    {
        if (_loaded is not { } loaded)
        {
            var file =
                OnnxModelFiles.Find(model.Folder)?.Tokenizer
                ?? throw new OnnxModelFormatException($"The files of the model {model.Name} are gone.");
            var tokenizer = OnnxTokenizerReader.Read(model.Name, file, model.Text.Tokenizer);
            _loaded = loaded = (tokenizer, OnnxSession.Load(model, tokenizer.Padding, threads));
        }

        return loaded;
    }

    /// <summary>Each text's vector, of unit length; as the model gave it where it has no direction, which is told to the caller.</summary>
    private static float[][] Join(List<List<int[]>> cut, float[][] vectors)
    {
        var joined = new float[cut.Count][];
        var next = 0;
        for (var text = 0; text < joined.Length; text++)
        {
            var sum = new float[vectors[next].Length];
            foreach (var piece in cut[text])
            {
                var vector = vectors[next++];
                var norm = TensorPrimitives.Norm<float>(vector);
                TensorPrimitives.MultiplyAdd<float>(vector, norm > 0 ? piece.Length / norm : float.NaN, sum, sum);
            }

            joined[text] = EmbeddingCheck.HasDirection(sum) ? UnitVector.Of(sum) : sum;
        }

        return joined;
    }
}
