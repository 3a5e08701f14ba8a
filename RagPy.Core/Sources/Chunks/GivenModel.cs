using RagPy.Core.Embedding;

namespace RagPy.Core.Sources.Chunks;

/// <summary>Which model made the vectors of a chunk file. The file does not say; whoever brings it in may.</summary>
public static class GivenModel
{
    /// <summary>The only model of the original, and the dimension of its vectors, by which they are known when nobody says otherwise.</summary>
    public const string Original = "openai/text-embedding-3-large";

    internal const int OriginalDimension = 3072;

    /// <summary>Brings what a person says into the form of an embedder's id; a name without a provider is one of OpenAI's models.</summary>
    /// <exception cref="FormatException">It is no name of a model; the message says what is expected.</exception>
    public static string Parse(string model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var trimmed = model.Trim();
        var id = trimmed.Contains('/', StringComparison.Ordinal) ? trimmed : $"openai/{trimmed}";

        return EmbedderName.TryParse(id) is not null
            ? id
            : throw new FormatException(
                $"'{model}' names no embedding model. Say which one made the vectors, as the id of an embedder: {Original}."
            );
    }

    /// <summary>Whether vectors of a model are what an embedder would give, apart from their dimension.</summary>
    internal static bool IsOf(string model, string embedder)
    {
        if (EmbedderName.TryParse(model) is not { } given || EmbedderName.TryParse(embedder) is not { } wanted)
        {
            return model == embedder;
        }

        return given.Model.Equals(wanted.Model, StringComparison.OrdinalIgnoreCase) && given.Provider == wanted.Provider
            || given.Provider == "openai"
                && wanted.Provider == "azure"
                && wanted.Model.Contains(given.Model, StringComparison.OrdinalIgnoreCase);
    }
}
