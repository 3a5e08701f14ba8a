namespace RagPy.Tests.Simulators;

/// <summary>What a simulated chat model says.</summary>
/// <param name="Finish">Why it ends, in the provider's word.</param>
/// <param name="Refusal">Why it will not answer, where the provider has a field for that.</param>
internal sealed record SimulatedReply(string Text, string Finish = "stop", string? Refusal = null);
