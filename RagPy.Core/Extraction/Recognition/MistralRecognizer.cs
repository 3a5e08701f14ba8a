using RagPy.Core.Providers;
using RagPy.Core.Settings;

namespace RagPy.Core.Extraction.Recognition;

/// <summary>
/// Reads pages with Mistral's OCR (<c>/v1/ocr</c> and <c>/v1/files</c> of its API reference). Pages of a file are asked for a few at a time, by <c>pages</c>, so that
/// one that fails takes few others with it, and several calls are under way at once.
/// </summary>
internal sealed class MistralRecognizer(ProviderClient client, ProviderEndpoints endpoints, RagPySettings settings) : IPageRecognizer
{
    /// <summary>Grows when the same answer would be turned into other text.</summary>
    private const int ReadingVersion = 1;

    /// <inheritdoc/>
    public string Name => RecognitionChoices.Mistral;

    /// <inheritdoc/>
    public int Concurrency => settings.MistralConcurrentCalls;

    /// <inheritdoc/>
    public int PagesPerCall => 4;

    /// <inheritdoc/>
    public int MaxPages => int.MaxValue;

    /// <inheritdoc/>
    public bool IsPaid => true;

    /// <inheritdoc/>
    public bool HasBatches => true;

    /// <inheritdoc/>
    public Task<RecognizerState> GetStateAsync(CancellationToken cancellationToken) =>
        Task.FromResult(
            new RecognizerState(
                $"{settings.MistralOcrModel} {ReadingVersion}",
                string.IsNullOrEmpty(settings.MistralApiKey) ? "Mistral needs a key: set MISTRAL_API_KEY." : null
            )
        );

    /// <inheritdoc/>
    public string OptionsFor(string language) => "";

    /// <inheritdoc/>
    public IRecognition Open(RecognitionJob job) =>
        new MistralRecognition(client, endpoints.Require(ProviderEndpoints.Mistral), settings, job);
}
