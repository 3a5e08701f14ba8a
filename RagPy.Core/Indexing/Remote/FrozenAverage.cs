namespace RagPy.Core.Indexing.Remote;

/// <summary>When an average length that stored weights were computed with is looked at again, and when it is too far off.</summary>
internal static class FrozenAverage
{
    /// <summary>Points by which a project must have grown, beyond twice what it was.</summary>
    private const int GrowthBeforeLook = 1_000;

    /// <summary>Relative error above which all weights are computed anew.</summary>
    private const double Drift = 0.15;

    /// <summary>Whether the project has grown enough since its average was frozen, or last found right, to measure it anew.</summary>
    public static bool IsDue(long points, long frozenAt) => points >= (2 * frozenAt) + GrowthBeforeLook;

    /// <summary>Whether a frozen average is too far from the measured one.</summary>
    public static bool HasDrifted(double frozen, double measured) => Math.Abs(measured - frozen) > Drift * frozen;
}
