using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using RagPy.Api.Compatibility;

namespace RagPy.Api.Http;

/// <summary>Answers what went wrong in the shape of the endpoint. What is no endpoint of the API is left to the pages.</summary>
internal sealed class ErrorAnswers : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (!ApiRoutes.IsApi(httpContext.Request.Path))
        {
            return false;
        }

        if (exception is PipelineValidationException invalid)
        {
            await TypedResults.UnprocessableEntity(invalid.Body).ExecuteAsync(httpContext);
        }
        else
        {
            await WriteAsync(httpContext, Problems.Of(exception));
        }

        return true;
    }

    /// <summary>Whether an exception says what was wrong with a request, not with the service.</summary>
    public static bool IsSendersFault(Exception exception) =>
        exception is PipelineValidationException || Problems.Of(exception).Status < StatusCodes.Status500InternalServerError;

    /// <summary>Writes a problem in the shape that the endpoint's errors have.</summary>
    public static Task WriteAsync(HttpContext context, ProblemException problem)
    {
        // The endpoint is put aside while an exception is handled.
        var endpoint = context.Features.Get<IExceptionHandlerFeature>()?.Endpoint ?? context.GetEndpoint();
        var shape = endpoint?.Metadata.GetMetadata<ShapeOfErrors>()?.Shape ?? ErrorShape.Problem;
        // The original knows one status for whatever is wrong with an upload.
        var isRefused = problem.Status is StatusCodes.Status415UnsupportedMediaType or StatusCodes.Status422UnprocessableEntity;
        var status = shape != ErrorShape.Problem && isRefused ? StatusCodes.Status400BadRequest : problem.Status;
        if (problem.RetryAfter is { } wait)
        {
            context.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        }

        return shape switch
        {
            ErrorShape.Detail => TypedResults.Json(new { detail = problem.Message }, statusCode: status).ExecuteAsync(context),
            ErrorShape.Error => TypedResults.Json(new { error = problem.Message }, statusCode: status).ExecuteAsync(context),
            _ => TypedResults.Problem(Describe(context, problem)).ExecuteAsync(context),
        };
    }

    private static ProblemDetails Describe(HttpContext context, ProblemException problem) =>
        new()
        {
            Status = problem.Status,
            Detail = problem.Message,
            Instance = context.Request.Path,
            Extensions = { ["code"] = problem.Code, ["traceId"] = Activity.Current?.Id ?? context.TraceIdentifier },
        };
}
