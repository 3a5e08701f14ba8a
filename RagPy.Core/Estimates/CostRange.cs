namespace RagPy.Core.Estimates;

/// <summary>Bounds of a cost, in US dollars by the price table.</summary>
public sealed record CostRange(decimal Low, decimal High)
{
    internal static CostRange Zero { get; } = new(0, 0);

    public static CostRange operator +(CostRange a, CostRange b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        return new CostRange(a.Low + b.Low, a.High + b.High);
    }
}
