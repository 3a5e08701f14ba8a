namespace RagPy.Core.Extraction;

/// <summary>Pages that no engine could recognise.</summary>
/// <param name="Pages">1-based, ascending.</param>
/// <param name="Code">Written form of the failure code.</param>
/// <param name="Reason">A sentence for people.</param>
public sealed record UnreadPages(IReadOnlyList<int> Pages, string Code, string Reason);
