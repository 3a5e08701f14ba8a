using System.Text.Json;
using RagPy.Core.Providers;

namespace RagPy.Core.Embedding;

/// <summary>
/// <c>POST /embeddings</c> of OpenAI's API reference, which Azure OpenAI (by deployment) and compatible servers take as well. Vectors are asked for as base64 where
/// that is known to be offered: a third of the bytes, and no decimal rounding. The published document lists base64 among the request's formats while its answer
/// schema has numbers only; both forms are read.
/// </summary>
/// <param name="path">Below the endpoint's address; Azure's has the deployment and the API version.</param>
/// <param name="asksForBase64">False for servers that may not know it.</param>
internal sealed class OpenAIEmbeddingGenerator(
    ProviderClient client,
    ProviderEndpoint endpoint,
    EmbedderInfo info,
    string model,
    int? dimensions,
    EmbeddingLimits limits,
    int tokensPerMinute,
    string path,
    bool asksForBase64
) : RemoteEmbeddingGenerator(client, endpoint, info, model, dimensions, limits, tokensPerMinute)
{
    /// <inheritdoc/>
    protected override string Path => path;

    /// <inheritdoc/>
    protected override void WriteBody(Utf8JsonWriter json, IReadOnlyList<string> texts)
    {
        json.WriteString("model", Model);
        WriteTexts(json, "input", texts);
        json.WriteString("encoding_format", asksForBase64 ? "base64" : "float");
        if (Dimensions is { } dimensions)
        {
            json.WriteNumber("dimensions", dimensions);
        }
    }
}
