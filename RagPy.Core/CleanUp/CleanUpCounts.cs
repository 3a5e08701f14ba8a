namespace RagPy.Core.CleanUp;

/// <summary>What became of passages in the clean-up.</summary>
/// <param name="Waiting">On their way to it.</param>
/// <param name="Cleaned">Indexed by the model's text.</param>
/// <param name="Unchanged">Given back as they were.</param>
/// <param name="Skipped">From an engine whose text needs none.</param>
/// <param name="Empty">Raw text kept because the model answered nothing.</param>
/// <param name="Refused">Raw text kept because the text was refused.</param>
/// <param name="Cut">Raw text kept because the answer ended at the limit of its length.</param>
/// <param name="Altered">Raw text kept because the answer was a summary, a translation or the like.</param>
/// <param name="Failed">Raw text kept because the model could not be reached.</param>
public sealed record CleanUpCounts(
    int Waiting,
    int Cleaned,
    int Unchanged,
    int Skipped,
    int Empty,
    int Refused,
    int Cut,
    int Altered,
    int Failed
);
