namespace RagPy.Core.Sources;

/// <summary>Bounds on a ZIP, checked from its directory before anything is unpacked and again while a file is read.</summary>
public sealed record ArchiveLimits
{
    /// <summary>Most files and folders.</summary>
    public int MaxEntries { get; init; } = 200_000;

    /// <summary>Largest directory, in bytes; about 100 for each entry with an ordinary name.</summary>
    public long MaxDirectoryBytes { get; init; } = 32L << 20;

    /// <summary>Largest unpacked file, in bytes.</summary>
    public long MaxFileBytes { get; init; } = 4L << 30;

    /// <summary>Largest sum of all unpacked files, in bytes.</summary>
    public long MaxTotalBytes { get; init; } = 200L << 30;

    /// <summary>Largest quotient of unpacked and packed size, of one file and of the whole; scans and text reach about 20, a bomb 1,000.</summary>
    public int MaxRatio { get; init; } = 200;

    /// <summary>Unpacked bytes below which the ratio does not count: a small empty file compresses without limit.</summary>
    public long RatioExemptBytes { get; init; } = 16L << 20;

    /// <summary>
    /// Whether a name that leads outside, or a link, condemns the whole archive. Otherwise such entries are as if they were not there: enough for a
    /// person's own archive, while one that was sent and has them was made to do harm.
    /// </summary>
    public bool RefuseUnsafeEntries { get; init; }
}
