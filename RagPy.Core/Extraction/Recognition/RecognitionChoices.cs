namespace RagPy.Core.Extraction.Recognition;

/// <summary>Values of the settings, and of a project's choices, that say how pages are recognised.</summary>
public static class RecognitionChoices
{
    /// <summary>Every engine that is set up, in the order of the original.</summary>
    public const string Auto = "auto";
    public const string None = "none";
    public const string Mistral = "mistral";
    public const string Vision = "vision";
    public const string Tesseract = "tesseract";

    /// <summary>Values of <c>RAGPY_OCR</c>.</summary>
    public const string Engines = $"{Auto} {Mistral} {Vision} {Tesseract} {None}";

    /// <summary>A project's choice of what the server is set to, whatever that is.</summary>
    public const string Default = "default";

    /// <summary>Pages without a usable text layer.</summary>
    public const string Needed = "need";

    /// <summary>All pages.</summary>
    public const string All = "all";

    /// <summary>Values of <c>RAGPY_OCR_PAGES</c>.</summary>
    public const string Pages = $"{Needed} {All}";
}
