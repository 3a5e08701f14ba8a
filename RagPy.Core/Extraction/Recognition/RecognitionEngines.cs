using RagPy.Core.Settings;

namespace RagPy.Core.Extraction.Recognition;

/// <summary>Chooses the engines that read pages, by the settings and by what is there.</summary>
internal sealed class RecognitionEngines(IEnumerable<IPageRecognizer> recognizers, RagPySettings settings)
{
    private const string Guide =
        "Install Tesseract and poppler (apt-get install tesseract-ocr tesseract-ocr-fra tesseract-ocr-eng poppler-utils), or set MISTRAL_API_KEY or OPENAI_API_KEY; then run again.";

    /// <summary>In the order in which <see cref="RecognitionChoices.Auto"/> tries them.</summary>
    private readonly IReadOnlyList<IPageRecognizer> _recognizers = [.. recognizers];

    /// <summary>The engines to use now.</summary>
    public async Task<RecognitionPlan> PlanAsync(CancellationToken cancellationToken)
    {
        var usable = new List<IPageRecognizer>();
        string? problem = null;
        foreach (
            var recognizer in _recognizers.Where(r => settings.Recognition == RecognitionChoices.Auto || settings.Recognition == r.Name)
        )
        {
            var state = await recognizer.GetStateAsync(cancellationToken);
            if (state.Problem is null)
            {
                usable.Add(recognizer);
            }

            problem ??= state.Problem;
        }

        var advice = settings.Recognition switch
        {
            RecognitionChoices.None => "Recognition is turned off (RAGPY_OCR=none).",
            RecognitionChoices.Auto => $"No engine for it is set up. {Guide}",
            _ => problem ?? $"No engine for it is set up. {Guide}",
        };
        return new RecognitionPlan(usable, settings.RecognitionPages == RecognitionChoices.All, advice);
    }
}
