namespace RagPy.Api.Pages.Text;

/// <summary>Which language a visitor gets: the one asked for in the address, else the one chosen before, else the browser's, else English.</summary>
internal static class UiLanguage
{
    public const string English = "en";
    public const string French = "fr";

    /// <summary>Parameter of the address that chooses a language, and keeps the choice.</summary>
    public const string Parameter = "lang";

    /// <summary>Cookie that keeps the choice.</summary>
    public const string Cookie = "ragpy-lang";

    public static readonly IReadOnlyList<string> All = [English, French];

    public static string Of(HttpRequest request) =>
        Known(request.Query[Parameter]) ?? Known(request.Cookies[Cookie]) ?? Preferred(request) ?? English;

    /// <summary>Keeps what the address chose for the visits after this one.</summary>
    public static void Keep(HttpContext context)
    {
        if (Known(context.Request.Query[Parameter]) is { } language)
        {
            context.Response.Cookies.Append(
                Cookie,
                language,
                new CookieOptions
                {
                    MaxAge = TimeSpan.FromDays(365),
                    SameSite = SameSiteMode.Lax,
                    HttpOnly = true,
                    IsEssential = true,
                    Secure = context.Request.IsHttps,
                }
            );
        }
    }

    private static string? Preferred(HttpRequest request) =>
        request
            .GetTypedHeaders()
            .AcceptLanguage.Where(language => language.Quality is null or > 0)
            .OrderByDescending(language => language.Quality ?? 1)
            .Select(language => Known(language.Value.Value?.Split('-')[0]))
            .FirstOrDefault(language => language is not null);

    private static string? Known(string? language) => All.FirstOrDefault(l => l.Equals(language, StringComparison.OrdinalIgnoreCase));
}
