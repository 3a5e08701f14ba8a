using RagPy.Core.Settings;

namespace RagPy.Core.Extraction.Recognition;

/// <summary>Chooses the engines that read pages, by the project's choice, the settings and what is there.</summary>
internal sealed class RecognitionEngines(IEnumerable<IPageRecognizer> recognizers, RagPySettings settings)
{
    private const string Guide =
        "Install Tesseract and poppler (apt-get install tesseract-ocr tesseract-ocr-fra tesseract-ocr-eng poppler-utils), or set MISTRAL_API_KEY or OPENAI_API_KEY; then run again.";

    /// <summary>In the order in which <see cref="RecognitionChoices.Auto"/> tries them.</summary>
    private readonly IReadOnlyList<IPageRecognizer> _recognizers = [.. recognizers];

    /// <summary>The engines to use now.</summary>
    /// <param name="engine">A project's choice; null for what the settings say.</param>
    /// <param name="pages">Its choice of pages; null for what the settings say.</param>
    public async Task<RecognitionPlan> PlanAsync(string? engine, string? pages, CancellationToken cancellationToken)
    {
        var wanted = engine ?? settings.Recognition;
        var usable = new List<IPageRecognizer>();
        string? problem = null;
        foreach (var recognizer in _recognizers.Where(r => wanted == RecognitionChoices.Auto || wanted == r.Name))
        {
            var state = await recognizer.GetStateAsync(cancellationToken);
            if (state.Problem is null)
            {
                usable.Add(recognizer);
            }

            problem ??= state.Problem;
        }

        var advice = wanted switch
        {
            RecognitionChoices.None when engine is not null => "Recognition is turned off for this project.",
            RecognitionChoices.None => "Recognition is turned off (RAGPY_OCR=none).",
            RecognitionChoices.Auto => $"No engine for it is set up. {Guide}",
            _ => problem ?? $"No engine for it is set up. {Guide}",
        };
        return new RecognitionPlan(usable, (pages ?? settings.RecognitionPages) == RecognitionChoices.All, advice);
    }
}
