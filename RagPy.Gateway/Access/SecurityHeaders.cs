using Microsoft.Net.Http.Headers;

namespace RagPy.Gateway.Access;

/// <summary>
/// Headers that confine what browsers do with an answer, where the application has not set them itself. They are added when the response starts: until then it may be
/// cleared, for another replica.
/// </summary>
internal sealed class SecurityHeaders(RequestDelegate next)
{
    private const string OneYear = "max-age=31536000";

    private static readonly (string Name, string Value)[] s_headers =
    [
        (HeaderNames.XContentTypeOptions, "nosniff"),
        (HeaderNames.XFrameOptions, "SAMEORIGIN"),
        ("Referrer-Policy", "same-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
    ];

    public Task InvokeAsync(HttpContext context)
    {
        context.Response.OnStarting(Add, context);

        return next(context);
    }

    private static Task Add(object state)
    {
        var context = (HttpContext)state;
        var headers = context.Response.Headers;
        foreach (var (name, value) in s_headers)
            headers.TryAdd(name, value);

        if (context.Request.IsHttps)
            headers.TryAdd(HeaderNames.StrictTransportSecurity, OneYear);

        return Task.CompletedTask;
    }
}
