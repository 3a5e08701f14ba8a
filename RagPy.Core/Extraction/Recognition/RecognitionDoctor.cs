using RagPy.Core.Settings;

namespace RagPy.Core.Extraction.Recognition;

/// <summary>Says for <c>doctor</c> what will read pages without a text layer.</summary>
public static class RecognitionDoctor
{
    /// <summary>Asks the machine; starts Tesseract to learn its version and languages.</summary>
    /// <returns>Whether pages will be recognised, and a sentence.</returns>
    public static async Task<(bool IsUsable, string Text)> DescribeAsync(RagPySettings settings, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(settings);
        using var tesseract = new TesseractRecognizer(settings);
        var state = await tesseract.GetStateAsync(cancellationToken);
        return RecognitionSummary.Describe(settings, state.Problem, $"{state.Version}, poppler is there");
    }
}
