namespace RagPy.Core.Search.Evaluation;

/// <summary>How far an evaluation is.</summary>
/// <param name="Phase"><c>index</c> or <c>search</c>.</param>
/// <param name="Done">Documents or queries done.</param>
/// <param name="Total">Of how many, where known.</param>
public sealed record EvaluationProgress(string Phase, int Done, int? Total);
