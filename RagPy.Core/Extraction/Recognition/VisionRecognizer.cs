using RagPy.Core.Providers.Chat;
using RagPy.Core.Settings;

namespace RagPy.Core.Extraction.Recognition;

/// <summary>
/// Has pages transcribed by a chat model that sees images, as the original did: one call a page, whose image poppler renders, with instructions that ask for Markdown.
/// The model is <c>OPENAI_OCR_MODEL</c>: OpenAI's, or another provider's by the rules of chat models.
/// </summary>
internal sealed class VisionRecognizer(IChatModels models, RagPySettings settings) : IPageRecognizer, IDisposable
{
    /// <summary>Grows when the same answer would be turned into other text, or another question asked.</summary>
    private const int ReadingVersion = 1;

    /// <summary>Pages rendered while others are at the provider, so that it never waits for an image.</summary>
    private const int Ahead = 2;

    private readonly SemaphoreSlim _inHand = new(settings.MaxConcurrentLlmCalls + Ahead);

    /// <inheritdoc/>
    public string Name => RecognitionChoices.Vision;

    /// <inheritdoc/>
    public int Concurrency => settings.MaxConcurrentLlmCalls;

    /// <inheritdoc/>
    public int PagesPerCall => 1;

    /// <inheritdoc/>
    public int MaxPages => settings.OpenAIOcrMaxPages == 0 ? int.MaxValue : settings.OpenAIOcrMaxPages;

    /// <inheritdoc/>
    public bool IsPaid => true;

    private string ModelName => settings.OpenAIOcrModel;

    /// <inheritdoc/>
    public Task<RecognizerState> GetStateAsync(CancellationToken cancellationToken)
    {
        string? problem;
        try
        {
            models.Require(ModelName);
            problem = RecognitionSummary.RenderingProblem is { } rendering
                ? $"Pages cannot be shown to a vision model: {rendering}."
                : null;
        }
        catch (InvalidOperationException exception)
        {
            problem = exception.Message;
        }

        // The question shapes the answer as the model does.
        var version = $"{ModelName} {VisionRecognition.PromptHash(settings)} {ReadingVersion}";
        return Task.FromResult(new RecognizerState(version, problem));
    }

    /// <inheritdoc/>
    public string OptionsFor(string language) => "";

    /// <inheritdoc/>
    public IRecognition Open(RecognitionJob job) =>
        new VisionRecognition(models.Get(ModelName), models.Require(ModelName), settings, _inHand, job);

    public void Dispose() => _inHand.Dispose();
}
