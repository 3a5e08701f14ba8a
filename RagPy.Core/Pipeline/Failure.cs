namespace RagPy.Core.Pipeline;

/// <summary>A terminal outcome other than success.</summary>
/// <param name="Code">One word of the closed list.</param>
/// <param name="Reason">A sentence that a person can act on; never document text, never a secret.</param>
public sealed record Failure(FailureCode Code, string Reason);
