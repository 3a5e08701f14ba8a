namespace RagPy.Api.Contracts;

/// <summary>A part of a list.</summary>
/// <param name="Next">Give it as <c>cursor</c> to get what follows; null at the end.</param>
internal sealed record Listing<T>(IReadOnlyList<T> Items, string? Next);
