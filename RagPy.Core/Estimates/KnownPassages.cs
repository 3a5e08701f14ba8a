namespace RagPy.Core.Estimates;

/// <summary>Passages of a document that was cut before.</summary>
/// <param name="Passages">Passages that are to be embedded.</param>
/// <param name="Tokens">Their tokens, with the title's.</param>
/// <param name="Bought">Passages whose vectors were paid for.</param>
/// <param name="Raw">Passages that nobody cleaned up.</param>
/// <param name="RawTokens">Their tokens.</param>
internal sealed record KnownPassages(int Passages, long Tokens, int Bought, int Raw, long RawTokens);
