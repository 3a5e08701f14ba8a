namespace RagPy.Core.Embedding;

/// <summary>Raw term frequencies of the analysed terms of one text.</summary>
/// <param name="Terms">Stable 32-bit hashes of the terms, ascending, distinct.</param>
/// <param name="Counts">Occurrences of each term, in the same order; at least 1.</param>
/// <param name="Length">Number of analysed terms (sum of all counts), the document length of BM25.</param>
public sealed record SparseVector(uint[] Terms, int[] Counts, int Length);
