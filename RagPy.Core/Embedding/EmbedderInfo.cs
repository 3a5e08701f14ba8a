namespace RagPy.Core.Embedding;

/// <summary>What the index must know of an embedder.</summary>
/// <param name="Id">Stable name with version, e.g. <c>offline-hash/1</c>; part of the generation.</param>
/// <param name="Dimension">Length of its vectors.</param>
/// <param name="IsApproximate">True for the offline embedding: every result of it is labelled (DESIGN §4.10).</param>
/// <param name="HybridWeight">Weight of the dense side in min-max fusion, 0–1; the sparse side has the rest.</param>
public sealed record EmbedderInfo(string Id, int Dimension, bool IsApproximate, double HybridWeight);
