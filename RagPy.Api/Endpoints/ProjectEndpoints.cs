using Microsoft.AspNetCore.Http.HttpResults;
using RagPy.Core.Projects;

namespace RagPy.Api.Endpoints;

/// <summary><c>/api/v1/projects</c>: projects of the person who asks.</summary>
internal static class ProjectEndpoints
{
    public static IEndpointRouteBuilder MapProjects(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/projects").WithTags("Projects");
        group.MapGet("/", ListAsync).WithName("ListProjects").WithSummary("Your projects, by name.");

        return routes;
    }

    private static async Task<Ok<IReadOnlyList<ProjectSummary>>> ListAsync(ProjectService projects, CancellationToken cancellationToken)
    {
        var owner = await projects.EnsureLocalOwnerAsync(cancellationToken);

        return TypedResults.Ok(await projects.ListAsync(owner.Id, cancellationToken));
    }
}
