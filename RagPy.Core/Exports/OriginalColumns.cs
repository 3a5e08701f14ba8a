using RagPy.Core.Extraction.Recognition;
using RagPy.Core.Sources.Csv;

namespace RagPy.Core.Exports;

/// <summary>Columns of the original's table, which are also keys of its chunk objects.</summary>
internal static class OriginalColumns
{
    internal const string Text = "texteocr";

    internal const string Provider = "texteocr_provider";

    /// <summary>The original's word for the PDF's own text layer; its next stage cleans such text up and leaves other text alone.</summary>
    internal const string TextLayer = "legacy";

    /// <summary>The original's word for a vision model, of whatever provider.</summary>
    private const string VisionModel = "openai";

    /// <summary>The provider of a file: what its row said, for text that came by CSV; the engine that recognised all its pages, where the original knows it; else the text layer.</summary>
    /// <param name="engine">Engine of all pages with text; null when there are several.</param>
    internal static string ProviderOf(string contentType, string? engine) =>
        CsvText.TryProvider(contentType, out var provider) ? provider
        : engine == RecognitionChoices.Mistral ? engine
        : engine == RecognitionChoices.Vision ? VisionModel
        : TextLayer;

    /// <summary>Columns before the text, in order.</summary>
    internal static readonly string[] Metadata =
    [
        "itemKey",
        "type",
        "title",
        "abstract",
        "date",
        "url",
        "doi",
        "authors",
        "filename",
        "path",
        "attachment_title",
    ];
}
