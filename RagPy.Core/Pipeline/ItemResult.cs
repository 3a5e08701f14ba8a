namespace RagPy.Core.Pipeline;

/// <summary>An outcome, with the code of the failure that led to it if one did.</summary>
internal readonly record struct ItemResult(ItemOutcome Outcome, FailureCode? Code = null);
