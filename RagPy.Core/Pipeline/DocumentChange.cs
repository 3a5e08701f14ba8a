using RagPy.Core.Projects;

namespace RagPy.Core.Pipeline;

/// <summary>Where a document of a task stands.</summary>
/// <param name="Code">Why it failed, null otherwise.</param>
/// <param name="Reason">A sentence for people, null otherwise.</param>
public sealed record DocumentChange(Guid Id, Stage Stage, DocumentProgress State, FailureCode? Code, string? Reason);
