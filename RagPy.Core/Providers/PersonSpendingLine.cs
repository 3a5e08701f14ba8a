namespace RagPy.Core.Providers;

/// <summary>What a person's calls to one model have cost in one month and session.</summary>
/// <param name="Month">First day of the month (UTC).</param>
/// <param name="SessionId">Of a session that may be deleted meanwhile: what was spent stays spent.</param>
/// <param name="Cost">US dollars; null when the model has no price.</param>
public sealed record PersonSpendingLine(
    DateOnly Month,
    long ProjectId,
    long SessionId,
    string Provider,
    string Model,
    string Operation,
    long Calls,
    long InputTokens,
    long OutputTokens,
    long Pages,
    decimal? Cost
);
