namespace RagPy.Core.Pipeline;

/// <summary>Does the work of one stage on claimed items.</summary>
internal interface IStageHandler
{
    /// <summary>The stage it does.</summary>
    Stage Stage { get; }

    /// <summary>Most items wanted at once; 1 for work that is long: each item comes by itself, several beside each other.</summary>
    int BatchSize { get; }

    /// <summary>
    /// Works on the items and writes each one's end down itself, fenced. One bad item never stops the others: its failure goes to
    /// <see cref="StageBatch.Guard"/>.
    /// </summary>
    Task RunAsync(StageBatch batch);
}
