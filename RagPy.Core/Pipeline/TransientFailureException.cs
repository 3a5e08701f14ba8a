namespace RagPy.Core.Pipeline;

/// <summary>A failure that may pass: the work item gives its slot back, waits and is tried again, at most <see cref="PipelineOptions.MaxTries"/> times.</summary>
/// <param name="retryAfter">What the other side asked for (Retry-After); null for backoff.</param>
public sealed class TransientFailureException(Failure failure, TimeSpan? retryAfter = null, Exception? inner = null)
    : Exception(failure.Reason, inner)
{
    /// <summary>What the document's row will say when no try succeeds.</summary>
    public Failure Failure { get; } = failure;

    public TimeSpan? RetryAfter { get; } = retryAfter;
}
