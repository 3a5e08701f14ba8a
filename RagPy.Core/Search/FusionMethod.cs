namespace RagPy.Core.Search;

/// <summary>How a hybrid search makes one list of two.</summary>
public enum FusionMethod
{
    /// <summary>Scores of each side brought to 0–1, then weighted by the embedder's weight.</summary>
    MinMax,

    /// <summary>Reciprocal ranks (Cormack, Clarke and Büttcher 2009), k = 60.</summary>
    Rrf,
}
