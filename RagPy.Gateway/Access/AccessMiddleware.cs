using Microsoft.Net.Http.Headers;
using RagPy.ServiceDefaults;

namespace RagPy.Gateway.Access;

/// <summary>
/// Lets through who shows the token, by <c>Authorization: Bearer</c> or the cookie of the login form. Probes and the form itself are open. Neither token nor cookie goes
/// on to a replica.
/// </summary>
internal sealed class AccessMiddleware(RequestDelegate next, AccessToken token, GatewayMetrics metrics)
{
    private const string Scheme = "Bearer ";

    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        // Both are taken out, whichever opens.
        var shown = TakeToken(request) | TakeCookie(request);

        return shown || IsOpen(request) ? next(context) : RefuseAsync(context);
    }

    /// <summary>Whether the gateway answers the request itself, without the token; the same paths by other methods go to the application.</summary>
    private static bool IsOpen(HttpRequest request) =>
        LoginEndpoints.IsAttempt(request)
        || (
            HttpMethods.IsGet(request.Method)
            && (
                request.Path == HealthEndpoints.HealthPath
                || request.Path == HealthEndpoints.AlivePath
                || request.Path == LoginEndpoints.Path
            )
        );

    /// <summary>Whether the request shows the token; an <c>Authorization</c> for the application itself stays.</summary>
    private bool TakeToken(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        if (!header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) || !token.Matches(header[Scheme.Length..].Trim()))
            return false;

        request.Headers.Remove(HeaderNames.Authorization);

        return true;
    }

    /// <summary>Whether the request shows a valid cookie.</summary>
    private bool TakeCookie(HttpRequest request)
    {
        if (!request.Cookies.TryGetValue(LoginEndpoints.CookieName, out var value))
            return false;

        var others = request
            .Headers.Cookie.SelectMany(line =>
                (line ?? "").Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            )
            .Where(cookie => !cookie.StartsWith(LoginEndpoints.CookieName + "=", StringComparison.Ordinal))
            .ToList();
        request.Headers.Cookie = others.Count == 0 ? default(Microsoft.Extensions.Primitives.StringValues) : string.Join("; ", others);

        return token.IsValidCookie(value);
    }

    private Task RefuseAsync(HttpContext context)
    {
        if (Problem.IsPage(context.Request))
        {
            context.Response.Headers.CacheControl = "no-store";
            context.Response.Redirect(LoginEndpoints.UrlFor(context.Request));

            return Task.CompletedTask;
        }

        metrics.Refused("unauthorized");
        context.Response.Headers.WWWAuthenticate = "Bearer realm=\"RagPy\"";

        return Problem.WriteAsync(
            context,
            StatusCodes.Status401Unauthorized,
            "unauthorized",
            "This needs the access token (RAGPY_ACCESS_TOKEN): send it as \"Authorization: Bearer …\", or log in at /gateway/login."
        );
    }
}
