using Hangfire;

namespace RagPy.Core.Pipeline;

/// <summary>Gives Hangfire the one instance of the one kind of job there is.</summary>
internal sealed class PumpJobActivator(PumpJob job) : JobActivator
{
    /// <inheritdoc/>
    public override object ActivateJob(Type jobType) =>
        jobType == typeof(PumpJob)
            ? job
            : throw new InvalidOperationException($"Hangfire was given a job of type {jobType}, which is none of ours.");
}
