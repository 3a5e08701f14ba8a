namespace RagPy.Core.Pipeline;

/// <summary>Ends the work on one document, permanently, with a reason. Everything else that a stage throws is an <c>internal</c> failure or is retried.</summary>
public sealed class DocumentFailedException(Failure failure, Exception? inner = null) : Exception(failure.Reason, inner)
{
    public DocumentFailedException(FailureCode code, string reason, Exception? inner = null)
        : this(new Failure(code, reason), inner) { }

    /// <summary>What the document's row will say.</summary>
    public Failure Failure { get; } = failure;
}
