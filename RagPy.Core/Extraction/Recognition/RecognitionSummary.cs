using RagPy.Core.Settings;

namespace RagPy.Core.Extraction.Recognition;

/// <summary>Says in a sentence what will read pages without a text layer.</summary>
internal static class RecognitionSummary
{
    /// <summary>Why pages cannot be rendered here; null when they can.</summary>
    public static string? RenderingProblem =>
        InstalledPrograms.Find("pdftoppm") is null ? "poppler is not installed (apt-get install poppler-utils)" : null;

    /// <summary>Looks for the programs, and does not start them.</summary>
    /// <returns>Whether pages will be recognised, and the sentence.</returns>
    public static (bool IsUsable, string Text) Look(RagPySettings settings)
    {
        var problem =
            InstalledPrograms.Find("tesseract") is null
                ? "Tesseract is not installed (apt-get install tesseract-ocr tesseract-ocr-fra tesseract-ocr-eng poppler-utils)."
            : RenderingProblem is { } poppler ? $"Tesseract is there, but {poppler}."
            : null;
        return Describe(settings, problem, "Tesseract");
    }

    /// <param name="problem">Why Tesseract cannot be used; null when it can.</param>
    /// <param name="tesseract">What to call it.</param>
    public static (bool IsUsable, string Text) Describe(RagPySettings settings, string? problem, string tesseract)
    {
        var hasMistral = !string.IsNullOrEmpty(settings.MistralApiKey);
        var mistral = $"Mistral ({settings.MistralOcrModel})";
        return settings.Recognition switch
        {
            RecognitionChoices.None => (false, "turned off (RAGPY_OCR=none): pages without a text layer are not searched"),
            RecognitionChoices.Mistral => hasMistral ? (true, mistral) : (false, "RAGPY_OCR=mistral needs a key: set MISTRAL_API_KEY"),
            RecognitionChoices.Tesseract => problem is null ? (true, tesseract) : (false, problem),
            _ when hasMistral => (true, problem is null ? $"{mistral}, then {tesseract}" : $"{mistral}; {problem}"),
            _ when problem is null => (true, tesseract),
            _ => (false, $"pages without a text layer are not searched: {problem} Or set MISTRAL_API_KEY."),
        };
    }
}
