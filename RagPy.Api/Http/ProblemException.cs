namespace RagPy.Api.Http;

/// <summary>Ends a request with an answer that says what was wrong with it.</summary>
/// <param name="status">HTTP status, 400–599.</param>
/// <param name="code">Stable, in snake case; clients decide by it. <c>docs/http-api.md</c> lists them.</param>
/// <param name="detail">A sentence for people.</param>
internal sealed class ProblemException(int status, string code, string detail, Exception? inner = null) : Exception(detail, inner)
{
    public int Status { get; } = status;

    public string Code { get; } = code;

    /// <summary>When to try again, if that helps.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
