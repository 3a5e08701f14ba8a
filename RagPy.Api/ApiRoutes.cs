using RagPy.Api.Compatibility;
using RagPy.Api.Endpoints;
using RagPy.Api.OpenApi;

namespace RagPy.Api;

/// <summary>Every route of the API.</summary>
internal static class ApiRoutes
{
    public const string Root = "/api/v1";

    /// <summary>Whether a path belongs to the API: its errors are for programs, not for people.</summary>
    public static bool IsApi(PathString path) =>
        path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase)
        || path.StartsWithSegments("/openapi", StringComparison.Ordinal);

    public static void MapApi(this IEndpointRouteBuilder routes)
    {
        var api = routes
            .MapGroup(Root)
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status500InternalServerError)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        api.MapProjects();
        api.MapSessions();
        api.MapTasks();
        api.MapDocuments();
        api.MapSearch();
        api.MapExports();
        api.MapSpending();
        routes.MapPipeline();
        routes.MapApiDescription();
    }
}
