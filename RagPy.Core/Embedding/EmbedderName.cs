using System.Globalization;

namespace RagPy.Core.Embedding;

/// <summary>An embedder's id in parts: <c>provider/model</c>, and <c>@dimension</c> where the model's own is not wanted or not known.</summary>
/// <param name="Model">As the provider names it; for Azure the deployment.</param>
/// <param name="Dimension">Null when the id does not say.</param>
internal sealed record EmbedderName(string Provider, string Model, int? Dimension)
{
    /// <summary>Largest dimension taken; pgvector and Pinecone end below it.</summary>
    private const int MaxDimension = 20_000;

    /// <summary>Reads an id; null when it is none.</summary>
    public static EmbedderName? TryParse(string id)
    {
        var slash = id.IndexOf('/', StringComparison.Ordinal);
        var at = id.LastIndexOf('@');
        var end = at > slash ? at : id.Length;
        if (slash <= 0 || end - slash <= 1 || id.AsSpan().ContainsAny(" \t\r\n"))
        {
            return null;
        }

        if (end == id.Length)
        {
            return new EmbedderName(id[..slash], id[(slash + 1)..], null);
        }

        return
            int.TryParse(id.AsSpan(end + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var dimension)
            && dimension is > 0 and <= MaxDimension
            ? new EmbedderName(id[..slash], id[(slash + 1)..end], dimension)
            : null;
    }
}
