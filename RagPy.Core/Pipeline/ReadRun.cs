namespace RagPy.Core.Pipeline;

/// <summary>What a reading of a source needs to know of its session, task and project.</summary>
internal sealed record ReadRun(string Location, bool RetryFailed, string Embedder, int Dimension, string CleanUp);
