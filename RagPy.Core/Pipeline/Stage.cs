namespace RagPy.Core.Pipeline;

/// <summary>What is done to a document. The number is stored; the order is <see cref="StageOrder"/>'s.</summary>
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

    /// <summary>The clean-up of chunks by a chat model, between <see cref="Chunk"/> and <see cref="Embed"/>, where a project has chosen one.</summary>
    Clean = 6,
}
