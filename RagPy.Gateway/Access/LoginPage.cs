using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace RagPy.Gateway.Access;

/// <summary>The login form, in the browser's language; complete in itself, as nothing of the application is served before.</summary>
internal static class LoginPage
{
    private const string Style =
        "body{font:1rem/1.5 system-ui,sans-serif;max-width:22rem;margin:15vh auto;padding:0 1rem;color:#1b1b1b;background:#fff}"
        + "input,button{font:inherit;width:100%;box-sizing:border-box;padding:.5rem;margin:.25rem 0 1rem}button{cursor:pointer}[role=alert]{color:#a40000}"
        + "@media(prefers-color-scheme:dark){body{color:#eee;background:#1b1b1b}[role=alert]{color:#ff8a80}}";

    private static readonly string s_policy =
        $"default-src 'none'; style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Style)))}'; form-action 'self'; "
        + "base-uri 'none'; frame-ancestors 'none'";

    private static readonly Texts s_english = new("en", "Log in", "Access token", "Log in", "This is not the access token.");
    private static readonly Texts s_french = new("fr", "Connexion", "Jeton d’accès", "Se connecter", "Ce n’est pas le jeton d’accès.");

    /// <summary>The page.</summary>
    /// <param name="to">Path to go to afterwards.</param>
    /// <param name="isWrong">Whether a token was tried and is wrong.</param>
    public static ContentHttpResult Render(HttpContext context, string to, bool isWrong)
    {
        var texts = TextsFor(context.Request);
        context.Response.Headers[HeaderNames.ContentSecurityPolicy] = s_policy;
        context.Response.Headers.CacheControl = "no-store";
        var alert = isWrong ? $"<p role=\"alert\">{texts.Wrong}</p>" : "";
        var page = $"""
            <!doctype html>
            <html lang="{texts.Language}">
            <head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>RagPy – {texts.Title}</title><style>{Style}</style></head>
            <body><main><h1>RagPy</h1>{alert}
            <form method="post" action="{LoginEndpoints.Path}">
            <input type="hidden" name="to" value="{HtmlEncoder.Default.Encode(to)}">
            <label for="token">{texts.Label}</label>
            <input id="token" name="token" type="password" autocomplete="current-password" required autofocus>
            <button>{texts.Button}</button>
            </form></main></body></html>
            """;

        return TypedResults.Content(
            page,
            "text/html; charset=utf-8",
            statusCode: isWrong ? StatusCodes.Status401Unauthorized : StatusCodes.Status200OK
        );
    }

    /// <summary>French when it is preferred to English.</summary>
    private static Texts TextsFor(HttpRequest request)
    {
        var preferred = request
            .GetTypedHeaders()
            .AcceptLanguage.OrderByDescending(language => language.Quality ?? 1)
            .Select(language => language.Value.Value?.Split('-')[0])
            .FirstOrDefault(language => language is "fr" or "en");

        return preferred == "fr" ? s_french : s_english;
    }

    private sealed record Texts(string Language, string Title, string Label, string Button, string Wrong);
}
