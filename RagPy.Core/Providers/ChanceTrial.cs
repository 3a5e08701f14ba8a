namespace RagPy.Core.Providers;

/// <summary>
/// Finds out whether refusals come from a limit or by chance: calls go a little slower than before, and those of a limit then end or become much fewer, while those by
/// chance stay as many. Not thread safe.
/// </summary>
/// <param name="before">Share of calls that were refused before, 0–1.</param>
internal sealed class ChanceTrial(double before)
{
    /// <summary>Largest share of refusals that is taken for chance, and the largest that is then left alone: a sample of a hundred calls varies.</summary>
    private const double MostByChance = 0.1;
    public const double MostTolerated = 0.12;

    /// <summary>Share of the present rate at which calls go meanwhile: a limit that refused up to a tenth then refuses none.</summary>
    public const double Slower = 0.9;

    /// <summary>Fewer refusals than this say nothing.</summary>
    public const int FewestLimited = 3;

    private const int LongestTrial = 120;
    private const double LeastLikeness = 0.6;
    private const double MostLikeness = 1.7;

    private int _accepted;
    private int _limited;

    /// <summary>Notes an accepted call.</summary>
    /// <returns>Whether the trial is over: it was no chance.</returns>
    public bool Accepted() => ++_accepted >= LongestTrial;

    /// <summary>Notes a refused call.</summary>
    /// <returns>Whether the trial is over: it is chance.</returns>
    public bool Limited()
    {
        var share = ++_limited / (double)(_limited + _accepted);
        return _limited >= FewestLimited && share >= LeastLikeness * before && share <= Math.Min(MostByChance, MostLikeness * before);
    }
}
