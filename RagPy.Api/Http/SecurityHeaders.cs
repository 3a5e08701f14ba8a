namespace RagPy.Api.Http;

/// <summary>Headers that tell browsers to be careful with what the API answers; an endpoint may set stricter or other ones.</summary>
internal sealed class SecurityHeaders(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        context.Response.OnStarting(static state => AddAsync((HttpContext)state), context);
        return next(context);
    }

    private static Task AddAsync(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        if (ApiRoutes.IsApi(context.Request.Path))
        {
            if (headers.ContentSecurityPolicy.Count == 0)
            {
                headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'";
            }

            if (headers.CacheControl.Count == 0)
            {
                headers.CacheControl = "no-store";
            }
        }

        return Task.CompletedTask;
    }
}
