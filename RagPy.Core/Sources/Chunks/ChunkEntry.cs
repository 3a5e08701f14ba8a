namespace RagPy.Core.Sources.Chunks;

/// <summary>One object of a chunk file.</summary>
/// <param name="Number">Place in the array, from 1.</param>
/// <param name="Offset">Bytes of the file before it.</param>
internal sealed record ChunkEntry(int Number, long Offset)
{
    /// <summary>What is wrong with it, as the end of a sentence; null when nothing is.</summary>
    public string? Problem { get; set; }

    /// <summary>What joins the chunks of a document within this file; empty when it is missing.</summary>
    public string DocumentId { get; set; } = "";

    /// <summary>From 1.</summary>
    public int? Index { get; set; }

    public int? Total { get; set; }

    public string? Text { get; set; }

    /// <summary>Every other key with a plain value, in order.</summary>
    public List<KeyValuePair<string, string>> Fields { get; } = [];

    /// <summary>The vector as 32-bit little-endian floats; null when there is none that can be used.</summary>
    public byte[]? Vector { get; set; }

    /// <summary>There is a vector, of nothing but zeros: what the original writes for an embedding that failed.</summary>
    public bool HasZeroVector { get; set; }

    /// <summary>There is an <c>embedding</c> that is no vector of finite numbers.</summary>
    public bool HasDamagedVector { get; set; }

    public bool HasSparse { get; set; }
}
