namespace RagPy.Core.Indexing;

/// <summary>
/// Size-tiered merging: when so many segments of about one size have gathered, they become one. Each point is copied a number of times
/// that grows with the logarithm of the project, and the number of segments stays as small.
/// </summary>
internal static class MergePlanner
{
    /// <summary>Segments of one tier that are merged together.</summary>
    public const int Fan = 6;

    /// <summary>Everything up to so many points is of the lowest tier.</summary>
    private const int SmallestTier = 1_024;

    /// <summary>Segments beyond this are left alone, to bound the time of one merge and the disk it needs besides.</summary>
    private const long MaxBytes = 2L << 30;

    /// <summary>The segments to merge next, or none.</summary>
    public static IReadOnlyList<SegmentRow> Plan(IEnumerable<SegmentRow> segments)
    {
        var tiers = segments.GroupBy(s => (s.Dimension, Tier: TierOf(s.PointCount))).Where(g => g.Count() >= Fan);
        foreach (var tier in tiers.OrderBy(g => g.Key.Tier))
        {
            var chosen = new List<SegmentRow>();
            var bytes = 0L;
            foreach (var segment in tier.OrderBy(s => s.PointCount))
            {
                bytes += segment.Bytes;
                if (bytes > MaxBytes)
                {
                    break;
                }

                chosen.Add(segment);
            }

            if (chosen.Count > 1)
            {
                return chosen;
            }
        }

        return [];
    }

    private static int TierOf(int points)
    {
        var tier = 0;
        for (long limit = SmallestTier; points > limit; limit *= Fan)
        {
            tier++;
        }

        return tier;
    }
}
