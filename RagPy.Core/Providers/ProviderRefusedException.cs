using RagPy.Core.Pipeline;

namespace RagPy.Core.Providers;

/// <summary>A provider understood a request and will not fulfil it (400, 404, 413, 422). Sending it again changes nothing; sending less may.</summary>
/// <param name="status">The HTTP status.</param>
public sealed class ProviderRefusedException(Failure failure, int status) : Exception(failure.Reason)
{
    /// <summary>What a document's row says when nothing can be made of it.</summary>
    public Failure Failure { get; } = failure;

    public int Status { get; } = status;

    /// <summary>The request was too large or had something in it that the provider does not take: a part of it may pass.</summary>
    public bool MayPassInParts => Status is 400 or 413 or 422;
}
