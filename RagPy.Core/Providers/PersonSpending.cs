namespace RagPy.Core.Providers;

/// <summary>What a person's runs have cost, over all sessions.</summary>
/// <param name="Month">The calendar month (UTC) that the cap holds for, by its first day.</param>
/// <param name="Spent">US dollars in this month, by the price table; calls to models without a price are not in it.</param>
/// <param name="Cap">US dollars a month at which the person's runs pause (RAGPY_SPENDING_CAP_PERSON); null for none.</param>
/// <param name="Lines">By month, newest first, then by model, operation and session.</param>
public sealed record PersonSpending(DateOnly Month, decimal Spent, decimal? Cap, IReadOnlyList<PersonSpendingLine> Lines);
