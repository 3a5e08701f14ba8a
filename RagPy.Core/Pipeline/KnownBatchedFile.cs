namespace RagPy.Core.Pipeline;

/// <summary>A file that is or was in a batch, and how far that has come.</summary>
/// <param name="Requests">Requests of the batch; 0 while there is none.</param>
internal sealed record KnownBatchedFile(long Id, BatchedFileState State, long TaskId, int Requests, int Completed, string? Trouble);
