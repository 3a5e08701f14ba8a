namespace RagPy.Api.Contracts;

/// <summary>A cap on what a session may cost.</summary>
/// <param name="Cap">US dollars, 0 or more; null for the server's default.</param>
internal sealed record SpendingCap(decimal? Cap);
