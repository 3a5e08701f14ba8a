using RagPy.Core.Extraction.Recognition;

namespace RagPy.Core.Pipeline;

/// <summary>What a reading of a source needs to know of its session, task and project.</summary>
/// <param name="VectorsOf">Which model made the vectors that come with the source; null when nobody said.</param>
internal sealed record ReadRun(string Location, bool RetryFailed, string Embedder, int Dimension, string CleanUp, string? VectorsOf = null)
{
    /// <summary>How this run recognises pages; null when it does not.</summary>
    public RecognitionPlan? Recognition { get; init; }
}
