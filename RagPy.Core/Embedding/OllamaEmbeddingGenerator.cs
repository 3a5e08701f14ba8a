using System.Text.Json;
using RagPy.Core.Providers;

namespace RagPy.Core.Embedding;

/// <summary>
/// <c>POST /api/embed</c> (Ollama, docs/api.md, "Generate Embeddings"). <c>truncate</c> is switched off: by default Ollama embeds the beginning of a text that is
/// too long for the model and says nothing, and a passage half embedded is one half missing.
/// </summary>
internal sealed class OllamaEmbeddingGenerator(
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
    protected override string Path => "api/embed";

    /// <inheritdoc/>
    protected override void WriteBody(Utf8JsonWriter json, IReadOnlyList<string> texts)
    {
        json.WriteString("model", Model);
        WriteTexts(json, "input", texts);
        json.WriteBoolean("truncate", false);
        if (Dimensions is { } dimensions)
        {
            json.WriteNumber("dimensions", dimensions);
        }
    }
}
