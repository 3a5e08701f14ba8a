namespace RagPy.Core.Providers;

/// <summary>What a person's runs have cost in a month, over all sessions.</summary>
/// <param name="Month">First day of the month (UTC).</param>
/// <param name="Spent">US dollars, by the price table.</param>
/// <param name="Cap">US dollars a month at which the person's runs pause (RAGPY_SPENDING_CAP_PERSON); null for none.</param>
public sealed record MonthlySpending(DateOnly Month, decimal Spent, decimal? Cap);
