namespace RagPy.Core.Estimates;

/// <summary>A number that is known, or the bounds it is likely to lie within.</summary>
/// <param name="Low">Likely not less.</param>
/// <param name="High">Likely not more; equals <paramref name="Low"/> where the number is known.</param>
public sealed record AmountRange(long Low, long High)
{
    internal static AmountRange Zero { get; } = new(0, 0);

    internal static AmountRange Exactly(long amount) => new(amount, amount);

    public static AmountRange operator +(AmountRange a, AmountRange b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        return new AmountRange(a.Low + b.Low, a.High + b.High);
    }
}
