namespace RagPy.Core.Embedding;

/// <summary>How much a provider takes in one request; what it refuses all the same is split.</summary>
/// <param name="Inputs">Texts.</param>
/// <param name="TokensPerInput">Tokens of one text.</param>
/// <param name="TokensPerRequest">Tokens of all texts together.</param>
/// <param name="Calls">Requests at once.</param>
internal sealed record EmbeddingLimits(int Inputs, int TokensPerInput, int TokensPerRequest, int Calls);
