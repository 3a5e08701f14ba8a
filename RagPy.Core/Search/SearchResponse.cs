namespace RagPy.Core.Search;

/// <summary>Answer to a <see cref="SearchRequest"/>.</summary>
/// <param name="Embedder">Id of the embedder behind the dense side; empty in sparse mode.</param>
/// <param name="Approximate">That embedder is an approximate one (DESIGN §4.10).</param>
/// <param name="Hits">Best first; ties by document, then ordinal.</param>
public sealed record SearchResponse(string Query, SearchMode Mode, string Embedder, bool Approximate, IReadOnlyList<SearchHit> Hits);
