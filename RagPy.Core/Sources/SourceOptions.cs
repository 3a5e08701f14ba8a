namespace RagPy.Core.Sources;

/// <summary>What a source may do. The defaults are for what strangers upload; <see cref="Local"/> is for a person's own files.</summary>
public sealed record SourceOptions
{
    /// <summary>For a location that its owner names on this machine, e.g. on the command line.</summary>
    public static SourceOptions Local { get; } = new() { AllowOutsidePaths = true };

    /// <summary>
    /// Whether absolute paths and links of an export may lead outside its folder: a person's own Better BibTeX export names
    /// <c>/home/me/Zotero/storage/KEY/x.pdf</c>. Never true for what someone else may have written; a ZIP is always read within itself.
    /// </summary>
    public bool AllowOutsidePaths { get; init; }

    /// <summary>Bounds on archives.</summary>
    public ArchiveLimits Archive { get; init; } = new();

    /// <summary>
    /// Rows of a CSV whose key only counts them (<c>csv_0</c>) are known by that alone, whatever the table is called: so are those of sessions that were brought in
    /// before tables were told apart, which would else be indexed anew.
    /// </summary>
    internal bool SharesRowNumbers { get; init; }

    /// <summary>Hashes of files that need not be read again; null to read every file. Only for looking: what is brought in is always read.</summary>
    internal IKnownHashes? Hashes { get; init; }

    /// <summary>For a source that brings vectors; null when they are of no interest.</summary>
    public SourceVectors? Vectors { get; init; }
}
