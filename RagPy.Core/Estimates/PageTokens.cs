namespace RagPy.Core.Estimates;

/// <summary>
/// Tokens that a page of a PDF has before anyone has read it, measured on real files (<c>bench/results/estimates.md</c>). One file may have anything from a slide to
/// two dense columns; over many files that evens out, and only the kind of library is left: books have some 400, papers up to 1,000. So the bounds are those of a
/// library's mean, wider the fewer files there are.
/// </summary>
internal static class PageTokens
{
    private const double LibraryLow = 400;
    private const double LibraryHigh = 1000;
    private const double FileLow = 100;
    private const double FileHigh = 1400;

    /// <summary>Bounds of the mean over the pages of some files.</summary>
    public static (double Low, double High) Of(long files)
    {
        var spread = 1 / Math.Sqrt(Math.Max(1, files));
        return (LibraryLow - ((LibraryLow - FileLow) * spread), LibraryHigh + ((FileHigh - LibraryHigh) * spread));
    }
}
