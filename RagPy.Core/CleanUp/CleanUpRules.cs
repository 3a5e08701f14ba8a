using RagPy.Core.Projects;
using RagPy.Core.Providers.Chat;
using RagPy.Core.Sources.Chunks;

namespace RagPy.Core.CleanUp;

/// <summary>Which texts are cleaned up.</summary>
public static class CleanUpRules
{
    /// <summary>The choice of no model.</summary>
    public const string None = "none";

    /// <summary>
    /// Engines whose text is clean as it comes: as in the original Mistral's OCR and text that came by CSV without another provider; and those that read marked-up
    /// text, where nothing was recognised.
    /// </summary>
    private static readonly string[] s_clean = ["mistral", "csv", "html", "epub", "abstract"];

    /// <summary>Whether the text of an engine is cleaned up.</summary>
    /// <param name="engine">As a page names it; a provider's engines may have the model behind a separator.</param>
    public static bool Cleans(string engine)
    {
        ArgumentNullException.ThrowIfNull(engine);
        return !s_clean.Any(clean =>
            engine.StartsWith(clean, StringComparison.OrdinalIgnoreCase)
            && (engine.Length == clean.Length || !char.IsAsciiLetterOrDigit(engine[clean.Length]))
        );
    }

    /// <summary>The full name of a choice.</summary>
    /// <param name="choice">A chat model's name, or <see cref="None"/>.</param>
    /// <exception cref="InvalidOperationException">It names no model, or what it needs is not set; the message says what to do.</exception>
    public static string Require(IChatModels models, string choice)
    {
        ArgumentNullException.ThrowIfNull(models);
        return choice == None ? None : models.Require(choice).Id;
    }

    /// <summary>The model that cleans a document up. What came in chunks was cleaned up before, or was not meant to be.</summary>
    /// <param name="contentType">Media type of its file; empty where it has none.</param>
    /// <param name="engine">Of its extraction; empty where it has none.</param>
    /// <param name="chosen">The project's choice.</param>
    /// <returns><see cref="None"/> where nothing of it would be cleaned.</returns>
    internal static string For(DocumentKind kind, string contentType, string engine, string chosen) =>
        kind == DocumentKind.File && Cleans(engine) && !ChunkText.TryProvider(contentType, out _) ? chosen : None;
}
