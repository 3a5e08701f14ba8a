namespace RagPy.Core.Pipeline;

/// <summary>Waits between tries.</summary>
internal static class Backoff
{
    private static readonly TimeSpan s_longest = TimeSpan.FromMinutes(5);

    /// <summary>
    /// The first wait, doubled with every failure before this one, at most five minutes, ±50 % at random so that what failed together does not come back
    /// together. What the other side asks for is a lower bound, and gets up to a tenth more.
    /// </summary>
    public static TimeSpan Delay(TimeSpan first, int failures, TimeSpan? retryAfter, Random random)
    {
        var exponential = Math.Min(first.TotalMilliseconds * Math.Pow(2, failures), s_longest.TotalMilliseconds);
        var delay = TimeSpan.FromMilliseconds(exponential * (0.5 + random.NextDouble()));
        return retryAfter is { } asked && asked > delay ? asked * (1 + 0.1 * random.NextDouble()) : delay;
    }
}
