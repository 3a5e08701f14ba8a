using System.Diagnostics;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;
using RagPy.Api.Contracts;
using RagPy.Api.Http;
using RagPy.Core.Projects;
using RagPy.Core.Search;

namespace RagPy.Api.Endpoints;

/// <summary><c>/projects/{projectId}/search</c>: passages that answer a question.</summary>
internal static class SearchEndpoints
{
    public static void MapSearch(this IEndpointRouteBuilder routes) =>
        routes
            .MapGet("/projects/{projectId:long}/search", SearchAsync)
            .WithName("Search")
            .WithTags("Search")
            .ProducesProblem(StatusCodes.Status404NotFound)
            .Produces(StatusCodes.Status304NotModified);

    /// <summary>Find passages, with the page they stand on.</summary>
    /// <remarks>While no task runs in the project the answer has an <c>ETag</c>; a client that sends it back is told when nothing has changed.</remarks>
    private static async Task<Results<Ok<SearchView>, StatusCodeHttpResult>> SearchAsync(
        Caller caller,
        long projectId,
        [AsParameters] SearchParameters parameters,
        HttpContext context,
        ProjectAccess access,
        ProjectVersions versions,
        SearchService search,
        CancellationToken cancellationToken
    )
    {
        var request = parameters.ToRequest();
        await access.RequireAsync(caller.Id, projectId, ProjectRole.Viewer, cancellationToken);
        context.Response.Headers.CacheControl = "private, no-cache";
        if (await versions.GetAsync(projectId, cancellationToken) is { } version)
        {
            var tag = new EntityTagHeaderValue($"\"{version}\"", isWeak: true);
            context.Response.GetTypedHeaders().ETag = tag;
            if (context.Request.GetTypedHeaders().IfNoneMatch.Any(other => other.Compare(tag, useStrongComparison: false)))
            {
                return TypedResults.StatusCode(StatusCodes.Status304NotModified);
            }
        }

        var started = Stopwatch.GetTimestamp();
        var found = await search.SearchAsync(projectId, request, cancellationToken);

        return TypedResults.Ok(found.ToView(Stopwatch.GetElapsedTime(started)));
    }
}
