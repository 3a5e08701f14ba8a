using Microsoft.AspNetCore.Http.HttpResults;
using RagPy.Api.Contracts;
using RagPy.Api.Http;
using RagPy.Core.Projects;

namespace RagPy.Api.Endpoints;

/// <summary><c>/projects</c>: the projects of the person who asks.</summary>
internal static class ProjectEndpoints
{
    public const int MaxDescription = 1000;

    public static void MapProjects(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/projects").WithTags("Projects");
        group.MapGet("/", ListAsync).WithName("ListProjects");
        group.MapPost("/", CreateAsync).WithName("CreateProject").ProducesProblem(StatusCodes.Status409Conflict).TakesIdempotencyKey();
        group.MapGet("/{projectId:long}", GetAsync).WithName("GetProject").ProducesProblem(StatusCodes.Status404NotFound);
        group
            .MapPatch("/{projectId:long}", UpdateAsync)
            .WithName("UpdateProject")
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict);
        group
            .MapDelete("/{projectId:long}", DeleteAsync)
            .WithName("DeleteProject")
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    /// <summary>Your projects, by name.</summary>
    /// <param name="limit">Most projects wanted, 1 to 200; 50 when absent.</param>
    /// <param name="cursor">The <c>next</c> of the part before.</param>
    private static async Task<Ok<Listing<ProjectView>>> ListAsync(
        Caller caller,
        ProjectService projects,
        ProjectViews views,
        int? limit,
        string? cursor,
        CancellationToken cancellationToken
    )
    {
        var wanted = Paging.Limit(limit);
        var after = Paging.Key<ProjectCursor>(cursor);
        var found = await projects.ListAsync(caller.Id, after is null ? null : (after.Name, after.Id), wanted + 1, cancellationToken);

        var shown = await views.OfAsync(found, cancellationToken);

        return TypedResults.Ok(Paging.Page(shown, wanted, project => new ProjectCursor(project.Name, project.Id), project => project));
    }

    /// <summary>Make a project.</summary>
    /// <remarks>It gets the default store and the default embedding unless others are named. Names are unique among your projects.</remarks>
    private static async Task<Created<ProjectView>> CreateAsync(
        Caller caller,
        NewProject body,
        ProjectService projects,
        EmbedderChoice choice,
        CleanUpChoice cleanUps,
        RecognitionChoice recognition,
        ProjectViews views,
        CancellationToken cancellationToken
    )
    {
        var name = RequireName(body.Name ?? "");
        if (body.Embedder is { } wanted)
        {
            choice.Require(wanted);
        }

        if (body.CleanUp is { } model)
        {
            cleanUps.Require(model);
        }

        recognition.Require(body.Ocr, body.OcrPages);

        var created =
            await projects.CreateAsync(caller.Id, name, RequireDescription(body.Description) ?? "", body.Store, cancellationToken)
            ?? throw NameTaken(name);
        // First, for the others may begin to read documents.
        if (body.Ocr is not null || body.OcrPages is not null)
        {
            await recognition.ChooseAsync(caller.Id, created.Id, body.Ocr, body.OcrPages, cancellationToken);
        }

        if (body.Embedder is { } embedder)
        {
            await choice.ChooseAsync(caller.Id, created.Id, embedder, cancellationToken);
        }

        if (body.CleanUp is { } cleanUp)
        {
            await cleanUps.ChooseAsync(caller.Id, created.Id, cleanUp, cancellationToken);
        }

        var project = await views.OfAsync(await projects.GetSummaryAsync(caller.Id, created.Id, cancellationToken), cancellationToken);

        return TypedResults.Created($"{ApiRoutes.Root}/projects/{project.Id}", project);
    }

    /// <summary>A project with its numbers.</summary>
    private static async Task<Ok<ProjectView>> GetAsync(
        Caller caller,
        long projectId,
        ProjectService projects,
        ProjectViews views,
        CancellationToken cancellationToken
    ) => TypedResults.Ok(await views.OfAsync(await projects.GetSummaryAsync(caller.Id, projectId, cancellationToken), cancellationToken));

    /// <summary>Rename or describe a project, move it to another vector store, or choose another embedder, clean-up or text recognition for it.</summary>
    private static async Task<Ok<ProjectView>> UpdateAsync(
        Caller caller,
        long projectId,
        ProjectChange body,
        ProjectService projects,
        StoreChoice stores,
        EmbedderChoice choice,
        CleanUpChoice cleanUps,
        RecognitionChoice recognition,
        ProjectViews views,
        CancellationToken cancellationToken
    )
    {
        var name = body.Name is null ? null : RequireName(body.Name);
        if (!await projects.UpdateAsync(caller.Id, projectId, name, RequireDescription(body.Description), cancellationToken))
        {
            throw NameTaken(name!);
        }

        if (body.Store is not null)
        {
            await stores.ChangeAsync(caller.Id, projectId, body.Store, cancellationToken);
        }

        // First, for the others may begin to read documents.
        if (body.Ocr is not null || body.OcrPages is not null)
        {
            await recognition.ChooseAsync(caller.Id, projectId, body.Ocr, body.OcrPages, cancellationToken);
        }

        if (body.Embedder is { } embedder)
        {
            await choice.ChooseAsync(caller.Id, projectId, embedder, cancellationToken);
        }

        if (body.CleanUp is { } cleanUp)
        {
            await cleanUps.ChooseAsync(caller.Id, projectId, cleanUp, cancellationToken);
        }

        return await GetAsync(caller, projectId, projects, views, cancellationToken);
    }

    /// <summary>Delete a project with everything in it: documents, passages, files, caches.</summary>
    private static async Task<NoContent> DeleteAsync(
        Caller caller,
        long projectId,
        ProjectService projects,
        CancellationToken cancellationToken
    )
    {
        await projects.DeleteAsync(caller.Id, projectId, cancellationToken);

        return TypedResults.NoContent();
    }

    private static string RequireName(string name) =>
        name.Trim() is { Length: >= 1 and <= ProjectService.MaxName } trimmed
            ? trimmed
            : throw new ProblemException(
                StatusCodes.Status400BadRequest,
                ProblemCodes.BadRequest,
                $"A project's name has 1 to {ProjectService.MaxName} characters."
            );

    private static string? RequireDescription(string? description) =>
        description is null || description.Length <= MaxDescription
            ? description
            : throw new ProblemException(
                StatusCodes.Status400BadRequest,
                ProblemCodes.BadRequest,
                $"A project's description has at most {MaxDescription:N0} characters."
            );

    private static ProblemException NameTaken(string name) =>
        new(StatusCodes.Status409Conflict, ProblemCodes.NameTaken, $"You have a project named '{name}' already.");

    private sealed record ProjectCursor(string Name, long Id);
}
