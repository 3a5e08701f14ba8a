namespace RagPy.Core.Pipeline;

/// <summary>Where a task stands, and which of its documents changed.</summary>
/// <param name="Documents">Documents that may have changed since the position asked for, each with the position of its last change; the later in the list, the newer.</param>
/// <param name="Position">Ask from here the next time: every change that is not among <paramref name="Documents"/> has this position or a later one.</param>
public sealed record TaskChanges(TaskProgress Progress, IReadOnlyList<(DocumentChange Document, long Position)> Documents, long Position);
