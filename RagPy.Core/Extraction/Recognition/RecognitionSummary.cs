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
        var engines = new List<string>();
        var problems = new List<string>();
        void Note(string engine, string? name, string? lacks)
        {
            if (settings.Recognition is var chosen && chosen != RecognitionChoices.Auto && chosen != engine)
            {
                return;
            }

            if (lacks is null)
            {
                engines.Add(name!);
            }
            else
            {
                problems.Add(lacks);
            }
        }

        if (settings.Recognition == RecognitionChoices.None)
        {
            return (false, "turned off (RAGPY_OCR=none): pages without a text layer are not searched");
        }

        var batches = settings.MistralOcrBatch ? ", in batches" : "";
        Note(
            RecognitionChoices.Mistral,
            $"Mistral OCR ({settings.MistralOcrModel}{batches}, which is sent the pages)",
            KeyProblem(settings.MistralApiKey, "MISTRAL_API_KEY")
        );
        Note(RecognitionChoices.Vision, $"a vision model ({settings.OpenAIOcrModel}, which is sent the pages)", VisionProblem(settings));
        Note(RecognitionChoices.Tesseract, tesseract, problem);
        return engines.Count > 0
            ? (
                true,
                $"{(settings.RecognitionPages == RecognitionChoices.All ? "all pages" : "pages without text")} go to {string.Join(", then to ", engines)}"
            )
            : (false, $"pages without a text layer are not searched: {string.Join(" ", problems)}");
    }

    private static string? VisionProblem(RagPySettings settings) =>
        RenderingProblem is { } rendering ? $"For a vision model, {rendering}."
        // A name of another provider's has a key of its own, which whoever uses the model asks for.
        : settings.OpenAIOcrModel.Contains('/', StringComparison.Ordinal) ? null
        : KeyProblem(settings.OpenAIApiKey, "OPENAI_API_KEY");

    private static string? KeyProblem(string? key, string setting) => string.IsNullOrEmpty(key) ? $"{setting} is not set." : null;
}
