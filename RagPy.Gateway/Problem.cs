using System.Globalization;
using System.Net;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;

namespace RagPy.Gateway;

/// <summary>Answers of the gateway's own when a request does not get one from a replica: problem details (RFC 9457), or a page where a person looks.</summary>
internal static class Problem
{
    /// <summary>Answers with a status and one sentence; nothing of the response may have been sent.</summary>
    /// <param name="status">HTTP status.</param>
    /// <param name="code">Stable word for programs.</param>
    /// <param name="detail">Sentence for a person.</param>
    /// <param name="retryAfter">When it is worth trying again.</param>
    public static Task WriteAsync(HttpContext context, int status, string code, string detail, TimeSpan? retryAfter = null)
    {
        var response = context.Response;
        response.StatusCode = status;
        response.Headers.CacheControl = "no-store";
        if (retryAfter is { } wait)
        {
            response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        }

        if (HttpMethods.IsHead(context.Request.Method))
        {
            return Task.CompletedTask;
        }

        return IsPage(context.Request) ? WritePageAsync(context, detail) : WriteDetailsAsync(context, code, detail);
    }

    /// <summary>Whether a person's browser asks for a page.</summary>
    public static bool IsPage(HttpRequest request) =>
        HttpMethods.IsGet(request.Method) && request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);

    private static Task WriteDetailsAsync(HttpContext context, string code, string detail)
    {
        var details = new ProblemDetails
        {
            Status = context.Response.StatusCode,
            Title = ReasonOf(context.Response.StatusCode),
            Detail = detail,
            Extensions = { ["code"] = code },
        };

        return context.Response.WriteAsJsonAsync(
            details,
            JsonSerializerOptions.Web,
            contentType: "application/problem+json",
            cancellationToken: context.RequestAborted
        );
    }

    private static Task WritePageAsync(HttpContext context, string detail)
    {
        context.Response.ContentType = "text/html; charset=utf-8";
        context.Response.Headers[HeaderNames.ContentSecurityPolicy] = "default-src 'none'; frame-ancestors 'none'";
        var page = $"""
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>RagPy</title></head>
            <body><h1>{ReasonOf(context.Response.StatusCode)}</h1><p>{HtmlEncoder.Default.Encode(detail)}</p></body></html>
            """;

        return context.Response.WriteAsync(page, context.RequestAborted);
    }

    private static string ReasonOf(int status) =>
        Enum.IsDefined((HttpStatusCode)status)
            ? Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(status)
            : status.ToString(CultureInfo.InvariantCulture);
}
