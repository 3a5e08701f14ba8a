namespace RagPy.Core.Estimates;

/// <summary>Bounds of a cost, in US dollars by the price table.</summary>
public sealed record CostRange(decimal Low, decimal High);
