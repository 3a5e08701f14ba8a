namespace RagPy.Core.Providers;

/// <summary>What a session has cost.</summary>
/// <param name="Spent">US dollars, by the price table; calls to models without a price are not in it.</param>
/// <param name="Cap">US dollars at which its runs pause; null for none.</param>
/// <param name="Waiting">Why documents wait at the moment; null when none does.</param>
/// <param name="Lines">By model and operation.</param>
/// <param name="Person">What your runs have cost in this month, in all sessions.</param>
public sealed record Spending(decimal Spent, decimal? Cap, string? Waiting, IReadOnlyList<SpendingLine> Lines, MonthlySpending Person);
