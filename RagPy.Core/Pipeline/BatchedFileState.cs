namespace RagPy.Core.Pipeline;

/// <summary>How far a file in a batch has come. The number is stored.</summary>
public enum BatchedFileState
{
    /// <summary>A batch is yet to be made of it.</summary>
    Waiting = 1,

    /// <summary>In a batch: its pages are bought, or about to be.</summary>
    Sent = 2,

    /// <summary>What came of it is stored; pages that are missing are left to ordinary calls.</summary>
    Closed = 3,
}
