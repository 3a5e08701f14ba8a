namespace RagPy.Core.Search;

/// <summary>Which sides of the index answer.</summary>
public enum SearchMode
{
    /// <summary>Both, fused.</summary>
    Hybrid,

    /// <summary>Vectors only.</summary>
    Dense,

    /// <summary>Words only.</summary>
    Sparse,
}
