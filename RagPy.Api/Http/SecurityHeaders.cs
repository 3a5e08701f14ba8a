using Scalar.AspNetCore;

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
        if (context.Items[ScalarOptions.NonceHttpContextItemKey] is string nonce)
        {
            // The page that shows the API: its one script, the styles that it adds, and requests to try out.
            headers.ContentSecurityPolicy =
                $"default-src 'self'; script-src 'nonce-{nonce}' 'strict-dynamic'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; worker-src blob:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
        }
        else if (ApiRoutes.IsApi(context.Request.Path))
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
