using System.Net;
using Microsoft.Net.Http.Headers;

namespace RagPy.Api.Http;

/// <summary>
/// Stands in for a login until there is one. Only this machine reaches the service, and on it only people and programs, not the web pages that their
/// browser happens to show: a page elsewhere could have its name point here (DNS rebinding), or send forms across sites.
/// </summary>
/// <param name="next">What follows when the request may pass.</param>
/// <param name="hasGateway">Whether a gateway stands before: it then answers for who asks, and by which name.</param>
internal sealed class LocalGuard(RequestDelegate next, bool hasGateway)
{
    private const string FetchSite = "Sec-Fetch-Site";

    public Task InvokeAsync(HttpContext context)
    {
        var problem = Judge(context.Request);
        return problem is null ? next(context) : ErrorAnswers.WriteAsync(context, problem);
    }

    private ProblemException? Judge(HttpRequest request)
    {
        if (!hasGateway && !IsLoopback(request.Host.Host))
        {
            return new ProblemException(
                StatusCodes.Status421MisdirectedRequest,
                ProblemCodes.WrongHost,
                $"This service answers on this machine only, as localhost or 127.0.0.1, not as '{request.Host.Host}'."
            );
        }

        var isSafe = HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method);
        return isSafe || IsFromHere(request)
            ? null
            : new ProblemException(
                StatusCodes.Status403Forbidden,
                ProblemCodes.CrossSite,
                "A page of another site sent this request. Open RagPy itself."
            );
    }

    /// <summary>Browsers say where a request comes from; other programs say nothing, and are their user's.</summary>
    private static bool IsFromHere(HttpRequest request)
    {
        if (request.Headers[FetchSite].ToString() is { Length: > 0 } site)
        {
            return site is "same-origin" or "none";
        }

        var origin = request.Headers[HeaderNames.Origin].ToString();
        return origin.Length == 0
            || (
                Uri.TryCreate(origin, UriKind.Absolute, out var from)
                && new HostString(from.IsDefaultPort ? from.Host : $"{from.Host}:{from.Port}") == request.Host
            );
    }

    private static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
