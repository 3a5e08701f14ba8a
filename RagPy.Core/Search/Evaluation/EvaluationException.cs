namespace RagPy.Core.Search.Evaluation;

/// <summary>A collection that cannot be read. The message names file and line and says what is expected.</summary>
public sealed class EvaluationException(string message, Exception? inner = null) : Exception(message, inner);
