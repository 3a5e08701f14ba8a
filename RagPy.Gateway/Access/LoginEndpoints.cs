using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace RagPy.Gateway.Access;

/// <summary><c>/gateway/login</c>: a form that takes the token and gives the browser a cookie for it.</summary>
internal static class LoginEndpoints
{
    public const string Path = "/gateway/login";
    public const string CookieName = "ragpy-access";

    private const int LargestForm = 8192;

    public static void MapLogin(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(Path, Show);
        routes.MapPost(Path, LogIn).DisableAntiforgery().WithFormOptions(valueLengthLimit: LargestForm, bufferBodyLengthLimit: LargestForm);
    }

    /// <summary>Whether the request tries a token.</summary>
    public static bool IsAttempt(HttpRequest request) => HttpMethods.IsPost(request.Method) && request.Path == Path;

    /// <summary>The form's address, which leads back to the page that was asked for.</summary>
    public static string UrlFor(HttpRequest request) =>
        $"{Path}?to={Uri.EscapeDataString(request.PathBase + request.Path + request.QueryString)}";

    private static ContentHttpResult Show(HttpContext context, string? to) => LoginPage.Render(context, Local(to), isWrong: false);

    private static IResult LogIn(
        HttpContext context,
        AccessToken access,
        [FromForm(Name = "token")] string? presented,
        [FromForm] string? to
    )
    {
        if (!access.Matches(presented?.Trim() ?? ""))
            return LoginPage.Render(context, Local(to), isWrong: true);

        context.Response.Cookies.Append(
            CookieName,
            access.IssueCookie(),
            new CookieOptions
            {
                HttpOnly = true,
                Secure = context.Request.IsHttps,
                SameSite = SameSiteMode.Lax,
                MaxAge = AccessToken.CookieLife,
                Path = "/",
                IsEssential = true,
            }
        );
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.Location = Local(to);

        return TypedResults.StatusCode(StatusCodes.Status303SeeOther);
    }

    /// <summary>A path of this host; anything that could lead elsewhere leads to the start page.</summary>
    private static string Local(string? to) =>
        to is ['/', ..]
        && to is not ['/', '/' or '\\', ..]
        && !to.Any(char.IsControl)
        && !to.StartsWith(Path, StringComparison.OrdinalIgnoreCase)
            ? to
            : "/";
}
