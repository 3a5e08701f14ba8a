using System.Net;
using Microsoft.Net.Http.Headers;
using RagPy.Core.Settings;
using RagPy.ServiceDefaults;

namespace RagPy.Api.Http;

/// <summary>
/// Stands in for a login until there is one. Only this machine reaches the service, and on it only people and programs, not the web pages that their
/// browser happens to show: a page elsewhere could have its name point here (DNS rebinding), or send forms across sites.
/// </summary>
/// <remarks>
/// What has come through the gateway has been asked who it is, and by which name it calls the service. Where a gateway stands before the service, it may listen
/// beyond this machine; then probes are answered to everybody, and nothing else to those who come past the gateway from elsewhere.
/// </remarks>
internal sealed class LocalGuard(RequestDelegate next, RagPySettings settings)
{
    private const string FetchSite = "Sec-Fetch-Site";

    public Task InvokeAsync(HttpContext context)
    {
        var problem = Judge(context);
        return problem is null ? next(context) : ErrorAnswers.WriteAsync(context, problem);
    }

    private ProblemException? Judge(HttpContext context)
    {
        var request = context.Request;
        if (!GatewayRequests.Has(context) && FindStranger(context) is { } problem)
        {
            return problem;
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

    /// <summary>Why a request that has not come through the gateway may not pass.</summary>
    private ProblemException? FindStranger(HttpContext context)
    {
        var host = context.Request.Host.Host;
        if (!settings.BehindGateway)
        {
            return LoopbackHost.Is(host)
                ? null
                : Misdirected(
                    ProblemCodes.WrongHost,
                    $"This service answers on this machine only, as localhost or 127.0.0.1, not as '{host}'."
                );
        }

        if (HealthEndpoints.IsProbe(context.Request.Path))
        {
            return null;
        }

        var isFromHere = context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address);

        return isFromHere && LoopbackHost.Is(host)
            ? null
            : Misdirected(ProblemCodes.GatewayOnly, "This service is reached through its gateway only.");
    }

    private static ProblemException Misdirected(string code, string message) => new(StatusCodes.Status421MisdirectedRequest, code, message);

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
}
