using RagPy.Api.Pages.Text;

namespace RagPy.Api;

/// <summary>Headers that confine the pages in the browser, and the cookie that keeps the language.</summary>
internal sealed class WebHeaders(RequestDelegate next)
{
    /// <summary>
    /// Scripts, styles and everything else from here alone, none of it inline. WebAssembly is allowed for PDF.js's image decoders; PDF.js makes images and
    /// fonts from bytes, hence <c>blob:</c> and <c>data:</c>. It is sent with the scripts as well, because workers obey that of their own file.
    /// </summary>
    public const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' blob: data:; font-src 'self' data:; connect-src 'self'; "
        + "worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'";

    public Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<WebPageMetadata>() is not null)
        {
            var headers = context.Response.Headers;
            headers.ContentSecurityPolicy = ContentSecurityPolicy;
            headers["Cross-Origin-Opener-Policy"] = "same-origin";
            headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()";
            UiLanguage.Keep(context);
        }

        return next(context);
    }
}
