namespace RagPy.Core.Providers;

/// <summary>What a model costs, in US dollars.</summary>
/// <param name="Input">A million tokens in.</param>
/// <param name="Output">A million tokens out.</param>
/// <param name="Page">One page of OCR.</param>
internal sealed record Price(decimal Input = 0, decimal Output = 0, decimal Page = 0)
{
    /// <summary>Cost of some work.</summary>
    public decimal Of(long inputTokens, long outputTokens, int pages) =>
        ((inputTokens * Input) + (outputTokens * Output)) / 1_000_000m + (pages * Page);
}
