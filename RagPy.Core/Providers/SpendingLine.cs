namespace RagPy.Core.Providers;

/// <summary>What calls to one model have cost.</summary>
/// <param name="Cost">US dollars; null when the model has no price.</param>
public sealed record SpendingLine(
    string Provider,
    string Model,
    string Operation,
    long Calls,
    long InputTokens,
    long OutputTokens,
    long Pages,
    decimal? Cost
);
