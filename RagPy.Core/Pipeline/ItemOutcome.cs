namespace RagPy.Core.Pipeline;

/// <summary>What became of a work item in a stage, as metrics and traces say it.</summary>
internal enum ItemOutcome
{
    /// <summary>The stage came to its end.</summary>
    Done,

    /// <summary>The document ended with a failure code.</summary>
    Failed,

    /// <summary>A transient failure: tried again later.</summary>
    Retried,

    /// <summary>Given back unfinished, through no fault of its own.</summary>
    Returned,

    /// <summary>Taken away meanwhile: cancelled, deleted, or in another worker's hands.</summary>
    Lost,
}
