using RagPy.Core.Extraction.Recognition;
using RagPy.Core.Projects;

namespace RagPy.Core.Pipeline;

/// <summary>Decides, document by document, what a reading of a source leads to.</summary>
internal sealed class ReadPlan(ReadRun run, long taskId)
{
    /// <summary>New, changed or to be tried again.</summary>
    public List<DocumentRow> Fresh { get; } = [];

    /// <summary>As they were, but perhaps under another name.</summary>
    public List<DocumentRow> Kept { get; } = [];

    /// <summary>Documents that get a work item, whether or not they have one already.</summary>
    public List<(Guid Document, Stage Stage, bool Restart)> Work { get; } = [];

    /// <summary>Documents that the task lists as failed.</summary>
    public List<Guid> Failed { get; } = [];

    public int Added { get; private set; }

    public int Changed { get; private set; }

    public int Unchanged { get; private set; }

    /// <summary>Takes one document of the source.</summary>
    /// <param name="known">What the project has of it, or null.</param>
    public void Add(DocumentRow row, KnownDocument? known)
    {
        // A reading that was cut off and begun again has counted this one, and given it its work.
        var again = known?.SeenBy == taskId;
        var isSame = known is not null && known.Fingerprint == row.Fingerprint;
        if (isSame && known!.State == DocumentState.Pending)
        {
            // Open here or in another task, which then gives it away; nothing of what was done is lost.
            Kept.Add(row);
            Work.Add((row.Id, Stage.Extract, Restart: false));
            Changed += again ? 0 : 1;
        }
        else if (isSame && (again || !MustRetry(known!)))
        {
            Kept.Add(row);
            Unchanged += again || known!.State == DocumentState.Failed ? 0 : 1;
            if (known!.State == DocumentState.Failed)
            {
                Failed.Add(row.Id);
            }
        }
        else
        {
            Fresh.Add(row);
            Added += known is null ? 1 : 0;
            Changed += known is null || again ? 0 : 1;
            if (row.Failure is null)
            {
                Work.Add((row.Id, Stage.Extract, Restart: known is not null));
            }
            else
            {
                Failed.Add(row.Id);
            }
        }
    }

    /// <summary>
    /// A failure that came from the source is the same as before when the fingerprint is; trying again would change nothing. Pages that nobody read are another
    /// matter once there is an engine that can, and a person may have passages offered again that were refused.
    /// </summary>
    private bool MustRetry(KnownDocument known) =>
        ((known.State == DocumentState.Failed || known.ChunksWithoutVector > 0) && run.RetryFailed && known.FileHash is not null)
        || (known.State == DocumentState.Failed && Retries.IsWorthwhile(known.Failure?.Code))
        || (
            run.Recognition is { IsEmpty: false } plan
            && known is { FileHash: not null, ExtractionOptions: { } options }
            && RecognitionMark.IsToBeRead(options, known.NeedsOcrPages, plan.ReadsAll, run.RetryFailed)
        );
}
