using RagPy.Core.Settings;

namespace RagPy.Core.Extraction;

/// <summary>Which extractor program runs and what it may use of the machine for one file.</summary>
public sealed record ExtractorOptions
{
    /// <summary>Path of the program; null looks for <c>extractor/RagPy.Extractor</c> beside the running assembly, then for the build's own copy.</summary>
    public string? Program { get; init; }

    /// <summary>Longest wait for the next finished page, the first included, on the wall clock.</summary>
    public TimeSpan PageTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Bytes of managed memory (<c>DOTNET_GCHeapHardLimit</c>).</summary>
    public long HeapBytes { get; init; } = 512L << 20;

    /// <summary>Bytes of resident memory altogether; looked at ten times a second.</summary>
    public long ResidentBytes { get; init; } = 1L << 30;

    /// <summary>Pages of a file, at most 10,000.</summary>
    public int MaxPages { get; init; } = 10_000;

    /// <summary>UTF-16 units of text on one page.</summary>
    public int MaxPageChars { get; init; } = 1_000_000;

    /// <summary>Bytes of one line of the program's output; above it is taken for garbage.</summary>
    public int MaxLineBytes { get; init; } = 16 << 20;

    /// <summary>What the settings say. Resident memory may be twice the managed memory: code, stacks and freed pages not yet returned.</summary>
    public static ExtractorOptions From(RagPySettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);

        return new ExtractorOptions
        {
            Program = settings.ExtractorPath,
            PageTimeout = settings.ExtractionPageTimeout,
            HeapBytes = settings.ExtractionMemoryBytes,
            ResidentBytes = 2 * settings.ExtractionMemoryBytes,
            MaxPages = settings.ExtractionMaxPages,
        };
    }
}
