namespace RagPy.Core.Pipeline;

/// <summary>How a source is to be brought in.</summary>
/// <param name="Name">Name of the session; null for the last component of the location.</param>
/// <param name="Priority">Larger goes first among one person's tasks.</param>
/// <param name="RetryFailed">Take every failed document up again, also those that failed for good.</param>
/// <param name="VectorsOf">Which model made the vectors that come with the source, as the id of an embedder; null to leave what was said before.</param>
public sealed record TaskRequest(string? Name = null, int Priority = 0, bool RetryFailed = false, string? VectorsOf = null);
