namespace RagPy.Core.Indexing;

/// <summary>Parts of a segment file, in the order they lie in it.</summary>
internal enum SegmentSection
{
    /// <summary><see cref="SegmentDocument"/> records, ascending by document, then generation.</summary>
    Documents,

    /// <summary>int32 of each point: ordinal of the chunk.</summary>
    Ordinals,

    /// <summary>int32 of each point: index of its document record.</summary>
    DocumentOf,

    /// <summary>int32 of each point: number of analysed terms.</summary>
    Lengths,

    /// <summary>float of each point: value of one quantisation step.</summary>
    Scales,

    /// <summary>float of each point: norm of what quantisation lost, rounded up.</summary>
    Errors,

    /// <summary>int8 vectors, each padded with zeros to a multiple of 64.</summary>
    Codes,

    /// <summary>float vectors.</summary>
    Vectors,

    /// <summary>uint32 term hashes, ascending.</summary>
    Terms,

    /// <summary>int64 for each term, and one more: where its postings begin in the next section.</summary>
    PostingOffsets,

    /// <summary>For each term its points, ascending: difference to the one before and frequency, as base-128 varints.</summary>
    Postings,

    /// <summary>Number of sections.</summary>
    Count,
}
