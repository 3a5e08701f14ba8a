namespace RagPy.Api.Http;

/// <summary>Who asks. The one place that decides it: accounts will replace the implementation, and nothing else.</summary>
internal interface ICurrentPerson
{
    /// <summary>Id of the person behind a request.</summary>
    ValueTask<long> GetIdAsync(HttpContext context);
}
