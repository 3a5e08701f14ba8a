using RagPy.Core.Extraction.Recognition;
using RagPy.Core.Sources.Chunks;
using RagPy.Core.Sources.Csv;

namespace RagPy.Core.Exports;

/// <summary>The original's word for what gave a text.</summary>
internal static class OriginalProvider
{
    /// <summary>The PDF's own text layer; the original's next stage cleans such text up and leaves other text alone.</summary>
    internal const string TextLayer = "legacy";

    /// <summary>The original's word for a vision model, of whatever provider.</summary>
    private const string VisionModel = "openai";

    /// <summary>
    /// The provider of a file: what its row or its chunks said, for text that came in a table or a chunk file; the engine that recognised all its pages, where
    /// the original knows it; else the text layer.
    /// </summary>
    /// <param name="engine">Engine of all pages with text; null when there are several.</param>
    internal static string Of(string contentType, string? engine) =>
        CsvText.TryProvider(contentType, out var provider) || ChunkText.TryProvider(contentType, out provider) ? provider
        : engine == RecognitionChoices.Mistral ? engine
        : engine == RecognitionChoices.Vision ? VisionModel
        : TextLayer;
}
