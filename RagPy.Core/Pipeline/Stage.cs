namespace RagPy.Core.Pipeline;

/// <summary>What is done to a document, in order. The number is stored.</summary>
public enum Stage
{
    /// <summary>Reading the source: one work item per task, without a document; it creates the documents and their first work items.</summary>
    Read = 0,
    Extract = 1,
    Chunk = 2,
    Embed = 3,
    Index = 4,

    /// <summary>Recognising pages that have no usable text layer; comes between <see cref="Extract"/> and <see cref="Chunk"/>, for documents that have any.</summary>
    Recognize = 5,
}
