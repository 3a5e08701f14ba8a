using System.Text.Json;
using RagPy.Core.Providers;

namespace RagPy.Core.Embedding;

/// <summary><c>POST /v1/embeddings</c> of Mistral's API reference: as OpenAI's, with other names for the options.</summary>
internal sealed class MistralEmbeddingGenerator(
    ProviderClient client,
    ProviderEndpoint endpoint,
    EmbedderInfo info,
    string model,
    int? dimensions,
    EmbeddingLimits limits,
    int tokensPerMinute
) : RemoteEmbeddingGenerator(client, endpoint, info, model, dimensions, limits, tokensPerMinute)
{
    /// <inheritdoc/>
    protected override string Path => "v1/embeddings";

    /// <inheritdoc/>
    protected override void WriteBody(Utf8JsonWriter json, IReadOnlyList<string> texts)
    {
        json.WriteString("model", Model);
        WriteTexts(json, "input", texts);
        json.WriteString("encoding_format", "float");
        if (Dimensions is { } dimensions)
        {
            json.WriteNumber("output_dimension", dimensions);
        }
    }
}
