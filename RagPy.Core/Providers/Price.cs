namespace RagPy.Core.Providers;

/// <summary>What a model costs, in US dollars.</summary>
/// <param name="Input">A million tokens in.</param>
/// <param name="Output">A million tokens out.</param>
/// <param name="Page">One page of OCR.</param>
/// <param name="BatchPage">One page of OCR in a batch; null where it is not said, which is half of <paramref name="Page"/>.</param>
internal sealed record Price(decimal Input = 0, decimal Output = 0, decimal Page = 0, decimal? BatchPage = null)
{
    /// <summary>Cost of pages that are read in a batch.</summary>
    public decimal OfBatch(int pages) => pages * (BatchPage ?? (Page / 2));

    /// <summary>Cost of some work.</summary>
    public decimal Of(long inputTokens, long outputTokens, int pages) =>
        ((inputTokens * Input) + (outputTokens * Output)) / 1_000_000m + (pages * Page);
}
