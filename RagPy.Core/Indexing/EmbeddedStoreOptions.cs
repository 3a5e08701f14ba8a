namespace RagPy.Core.Indexing;

/// <summary>Settings of the embedded store.</summary>
public sealed record EmbeddedStoreOptions
{
    /// <summary>Folder of the segment files, <c>index</c> under <c>RAGPY_DATA</c>.</summary>
    public required string Folder { get; init; }

    /// <summary>Bytes of segments that stay mapped (<c>RAGPY_INDEX_MEMORY</c>); beyond, the project searched longest ago is let go. One project always fits.</summary>
    public long MemoryBudget { get; init; } = 2L << 30;

    /// <summary>Threads that one project's scan may use.</summary>
    public int Workers { get; init; } = Environment.ProcessorCount;
}
