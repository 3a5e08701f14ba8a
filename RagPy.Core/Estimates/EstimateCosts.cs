using System.Globalization;
using RagPy.Core.CleanUp;
using RagPy.Core.Embedding;
using RagPy.Core.Extraction.Recognition;
using RagPy.Core.Providers;
using RagPy.Core.Providers.Chat;
using RagPy.Core.Settings;

namespace RagPy.Core.Estimates;

/// <summary>Puts prices to what a run has to do, and says in sentences what they rest on.</summary>
internal sealed class EstimateCosts(PriceTable prices, IChatModels models, RagPySettings settings)
{
    /// <summary>What embedding costs.</summary>
    public (CostRange? Cost, string Basis) OfEmbedding(AmountRange tokens, string embedder)
    {
        if (embedder == OfflineEmbeddingGenerator.Info.Id)
        {
            return (CostRange.Zero, "The offline embedder costs nothing.");
        }

        var price = PriceOf(embedder);
        return price is null
            ? (null, $"The price table has no price for {embedder} (RAGPY_PRICES): the cost is not known.")
            : (
                new CostRange(price.Of(tokens.Low, 0, 0), price.Of(tokens.High, 0, 0)),
                string.Create(CultureInfo.InvariantCulture, $"{embedder} is priced at ${price.Input:0.####} a million tokens.")
            );
    }

    /// <summary>What recognition has to do and costs.</summary>
    public (RecognitionEstimate Estimate, string? Basis) OfRecognition(AmountRange pages, RecognitionPlan plan)
    {
        var (cost, basis) = plan.IsEmpty || pages.High == 0 ? (CostRange.Zero, null) : OfPages(pages, plan.Engines[0]);
        return (new RecognitionEstimate([.. plan.Engines.Select(engine => engine.Name)], pages, cost), basis);
    }

    /// <summary>What the clean-up has to do and costs; null when there is none.</summary>
    /// <exception cref="InvalidOperationException">The chat model is not configured here; the message says what to set.</exception>
    public (CleanUpEstimate? Estimate, string? Basis) OfCleanUp(AmountRange passages, AmountRange tokens, string model)
    {
        if (model == CleanUpRules.None)
        {
            return (null, null);
        }

        var name = models.Require(model);
        var sent =
            tokens + new AmountRange(passages.Low * CleanUpPrompt.InstructionTokens, passages.High * CleanUpPrompt.InstructionTokens);
        var price = passages.High == 0 ? new Price() : prices.Find(name.Provider, name.Model);
        var cost = price is null ? null : new CostRange(price.Of(sent.Low, tokens.Low, 0), price.Of(sent.High, tokens.High, 0));
        var basis = price is null
            ? $"The price table has no price for {name.Id} (RAGPY_PRICES): the cost of the clean-up is not known."
            : string.Create(
                CultureInfo.InvariantCulture,
                $"Clean-up sends each passage with {CleanUpPrompt.InstructionTokens} tokens of instruction, and gets as many back as the passage has: {name.Id} is priced at ${price.Input:0.####} and ${price.Output:0.####} a million tokens. Pages that Mistral reads are not cleaned up."
            );
        return (new CleanUpEstimate(name.Id, passages, sent, tokens, cost), passages.High == 0 ? null : basis);
    }

    /// <summary>Whether nothing that was chosen can cost anything.</summary>
    public bool IsFree(string embedder, string cleanUp, RecognitionPlan plan) =>
        (embedder == OfflineEmbeddingGenerator.Info.Id || PriceOf(embedder) is { Input: 0 })
        && (cleanUp == CleanUpRules.None || PriceOfChat(cleanUp) is { Input: 0, Output: 0 })
        && plan.Engines.All(engine => !engine.IsPaid || IsFree(engine));

    private (CostRange? Cost, string? Basis) OfPages(AmountRange pages, IPageRecognizer engine)
    {
        if (!engine.IsPaid || IsFree(engine))
        {
            return (CostRange.Zero, "Recognising pages of images costs nothing here but time.");
        }

        var price = engine.Name == RecognitionChoices.Mistral ? prices.Find(ProviderEndpoints.Mistral, settings.MistralOcrModel) : null;
        return price is null
            ? (null, "What recognising pages of images costs is not known beforehand: the price table has no price a page for the engine.")
            : (
                new CostRange(pages.Low * price.Page, pages.High * price.Page),
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{settings.MistralOcrModel} is priced at ${price.Page:0.#####} a page; how many pages of a PDF need it is known when it has been read."
                )
            );
    }

    private bool IsFree(IPageRecognizer engine) =>
        engine.Name == RecognitionChoices.Vision && PriceOfChat(settings.OpenAIOcrModel) is { Input: 0, Output: 0, Page: 0 };

    private Price? PriceOf(string embedder) => EmbedderName.TryParse(embedder) is { } name ? prices.Find(name.Provider, name.Model) : null;

    private Price? PriceOfChat(string model) => ChatModelName.TryParse(model) is { } name ? prices.Find(name.Provider, name.Model) : null;
}
