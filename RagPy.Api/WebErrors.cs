using System.Diagnostics;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using RagPy.Api.Pages;
using RagPy.Core.Projects;
using RagPy.Core.Search;

namespace RagPy.Api;

/// <summary>Gives errors of the web pages a page of their own.</summary>
internal sealed partial class WebErrors(RequestDelegate next, ILogger<WebErrors> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<WebPageMetadata>() is null)
        {
            await next(context);
            return;
        }

        try
        {
            await next(context);
        }
        catch (Exception e) when (e is NotFoundException or ProjectNotFoundException && !context.Response.HasStarted)
        {
            await ShowAsync(context, new RazorComponentResult<NotFoundDocument> { StatusCode = StatusCodes.Status404NotFound });
        }
        catch (AccessDeniedException) when (!context.Response.HasStarted)
        {
            await ShowAsync(context, Error("denied", StatusCodes.Status403Forbidden));
        }
        catch (Exception e) when (e is not OperationCanceledException && !context.Response.HasStarted)
        {
            LogFailure(e, context.Request.Path);
            var isDatabase = e is NpgsqlException or TimeoutException || e.InnerException is NpgsqlException;
            await ShowAsync(
                context,
                isDatabase
                    ? Error("database", StatusCodes.Status503ServiceUnavailable)
                    : Error("internal", StatusCodes.Status500InternalServerError)
            );
        }
    }

    private static RazorComponentResult<ErrorDocument> Error(string kind, int status) =>
        new(new { Kind = kind, Trace = Activity.Current?.TraceId.ToString() ?? "" }) { StatusCode = status };

    /// <summary>In a scope of its own: the renderer of the request's scope has stopped in the middle.</summary>
    private static async Task ShowAsync(HttpContext context, IResult page)
    {
        await using var scope = context.RequestServices.CreateAsyncScope();
        // Set by the page that failed; set twice it throws.
        context.Response.Headers.Remove("blazor-enhanced-nav");
        context.RequestServices = scope.ServiceProvider;
        await page.ExecuteAsync(context);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The page {Path} could not be shown.")]
    private partial void LogFailure(Exception exception, string path);
}
