namespace RagPy.Core.CleanUp;

/// <summary>What became of a passage in the clean-up. The number is stored.</summary>
public enum CleanUpOutcome
{
    /// <summary>The model's text is used beside the raw one.</summary>
    Cleaned = 1,

    /// <summary>The model gave back the same text.</summary>
    Unchanged = 2,

    /// <summary>All its pages come from an engine whose text needs no clean-up.</summary>
    Skipped = 3,

    /// <summary>Raw text kept: the model answered nothing.</summary>
    Empty = 4,

    /// <summary>Raw text kept: the model or its provider refused the text.</summary>
    Refused = 5,

    /// <summary>Raw text kept: the answer ended at the limit of its length.</summary>
    Cut = 6,

    /// <summary>Raw text kept: the answer is no correction of it but a summary, a translation, or something else (<see cref="CleanUpJudge"/>).</summary>
    Altered = 7,

    /// <summary>Raw text kept: the model could not be reached, or not often enough.</summary>
    Failed = 8,
}
