namespace RagPy.Core.Estimates;

/// <summary>What a chat model may have to clean up.</summary>
/// <param name="Model">The chat model.</param>
/// <param name="Passages">Passages, each of which is one call.</param>
/// <param name="InputTokens">Tokens of the passages and of the instruction that goes with each.</param>
/// <param name="OutputTokens">Tokens that come back: as many as the passages have.</param>
/// <param name="Cost">Null when the price table has no price for the model.</param>
public sealed record CleanUpEstimate(
    string Model,
    AmountRange Passages,
    AmountRange InputTokens,
    AmountRange OutputTokens,
    CostRange? Cost
);
