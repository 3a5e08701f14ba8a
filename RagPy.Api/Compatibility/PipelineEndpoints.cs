using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using RagPy.Api.Endpoints;
using RagPy.Api.Http;
using RagPy.Api.Uploads;
using RagPy.Core.Projects;

namespace RagPy.Api.Compatibility;

/// <summary>
/// <c>/api/pipeline</c>: routes of the original and of its load plan, in their shapes, over the same services as <c>/api/v1</c>. New clients have no use for
/// them.
/// </summary>
internal static class PipelineEndpoints
{
    private static readonly string[] s_bodies = ["application/json", "application/x-www-form-urlencoded", "multipart/form-data"];

    /// <summary>Project of uploads that name none.</summary>
    private const string DefaultProject = "library";

    public static void MapPipeline(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/pipeline").WithTags("Compatibility");
        var signedIn = group.MapGroup("").WithMetadata(new ShapeOfErrors(ErrorShape.Detail));
        signedIn
            .MapPost("/projects/", CreateProjectAsync)
            .WithName("PipelineCreateProject")
            .Accepts<PipelineProjectBody>(s_bodies[0], s_bodies[1..]);
        signedIn.MapGet("/projects/{projectId:long}/sessions", ListSessionsAsync).WithName("PipelineListSessions");
        signedIn
            .MapPost("/projects/{projectId:long}/sessions", CreateSessionAsync)
            .WithName("PipelineCreateSession")
            .Accepts<PipelineSessionBody>(isOptional: true, s_bodies[0], s_bodies[1..]);
        signedIn.MapPost("/projects/{projectId:long}/upload_zip", UploadToProjectAsync).WithName("PipelineUploadToProject").TakesUpload();
        signedIn.MapPost("/projects/{projectId:long}/upload_csv", UploadTableAsync).WithName("PipelineUploadTable").TakesUpload();
        signedIn.MapGet("/task/{taskId}/status", PipelineTasks.GetStatusAsync).WithName("PipelineTaskStatus");

        var open = group.MapGroup("").WithMetadata(new ShapeOfErrors(ErrorShape.Error));
        open.MapPost("/upload_zip", UploadAsync).WithName("PipelineUpload").TakesUpload();
        open.MapPost("/process_dataframe", PipelineTasks.ProcessAsync)
            .WithName("PipelineProcess")
            .Accepts<PipelineJobBody>(isOptional: true, s_bodies[0], s_bodies[1..]);
    }

    /// <summary>Make a project.</summary>
    /// <remarks>A name that is taken gets a number: the original lets names repeat.</remarks>
    private static async Task<Created<PipelineProject>> CreateProjectAsync(
        Caller caller,
        HttpRequest request,
        ProjectService projects,
        CancellationToken cancellationToken
    )
    {
        var fields = await PipelineFields.ReadAsync(request, cancellationToken);
        var name = fields.Text("name", 1, ProjectService.MaxName) ?? throw PipelineFields.Missing("name");
        var description = fields.Text("description", 0, ProjectEndpoints.MaxDescription) ?? "";
        Project? project = null;
        for (var number = 1; project is null; number++)
        {
            var suffix = number == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $" ({number})");
            var free = name[..Math.Min(name.Length, ProjectService.MaxName - suffix.Length)] + suffix;
            project = await projects.CreateAsync(
                caller.Id,
                string.IsNullOrWhiteSpace(free) ? "_" + free : free,
                description,
                cancellationToken
            );
        }

        return TypedResults.Created($"{ApiRoutes.Root}/projects/{project.Id}", project.ToPipeline(ProjectRole.Owner, folder: null));
    }

    /// <summary>Sessions of a project, newest first, by pages.</summary>
    /// <param name="page">From 1; 1 when absent.</param>
    /// <param name="perPage">1 to 100; 10 when absent.</param>
    private static async Task<Ok<PipelineSessions>> ListSessionsAsync(
        Caller caller,
        long projectId,
        HttpRequest request,
        ProjectService projects,
        SessionReader sessions,
        int? page,
        [FromQuery(Name = "per_page")] int? perPage,
        CancellationToken cancellationToken
    )
    {
        var (wanted, size) = (InRange("page", page ?? 1, int.MaxValue), InRange("per_page", perPage ?? 10, 100));
        var project = await projects.GetAsync(caller.Id, projectId, cancellationToken);
        var total = await sessions.CountAsync(caller.Id, projectId, cancellationToken);
        var skip = (int)Math.Min(int.MaxValue, (wanted - 1L) * size);
        var found = await sessions.ListAsync(caller.Id, projectId, before: null, size, cancellationToken, skip);

        return TypedResults.Ok(
            new PipelineSessions(
                [.. found.Select(session => session.ToPipeline(project.Store))],
                total,
                wanted,
                size,
                Math.Max(1, (total + size - 1) / size)
            )
        );
    }

    /// <summary>Make a session into which something will be brought.</summary>
    private static async Task<Created<PipelineSession>> CreateSessionAsync(
        Caller caller,
        long projectId,
        HttpRequest request,
        ProjectService projects,
        SessionReader sessions,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var fields = await PipelineFields.ReadAsync(request, cancellationToken);
        var name = fields.Text("name", 1, 255) ?? "Session";
        var expires = fields.Positive("ttl_hours") is { } hours
            ? time.GetUtcNow().AddHours(Math.Min(hours, 87_600))
            : (DateTimeOffset?)null;
        var project = await projects.GetAsync(caller.Id, projectId, cancellationToken);
        var session = await projects.CreateSessionAsync(caller.Id, projectId, name, expires, cancellationToken);
        var overview = await sessions.GetAsync(caller.Id, session.Id, cancellationToken);

        return TypedResults.Created($"{ApiRoutes.Root}/sessions/{session.Id}", overview.ToPipeline(project.Store));
    }

    /// <summary>Bring an archive into a project, and begin to work on it.</summary>
    private static Task<Ok<PipelineUpload>> UploadToProjectAsync(
        Caller caller,
        long projectId,
        HttpRequest request,
        UploadService uploads,
        SessionReader sessions,
        CancellationToken cancellationToken
    ) => BringInAsync(caller, projectId, mayName: false, request, uploads, sessions, cancellationToken);

    /// <summary>Bring an archive in, and begin to work on it.</summary>
    /// <remarks>A form field <c>project_id</c> counts as the parameter of that name.</remarks>
    /// <param name="projectId">Into this project; into your project <c>library</c>, made when there is none, when absent.</param>
    private static async Task<Ok<PipelineUpload>> UploadAsync(
        Caller caller,
        HttpRequest request,
        ProjectService projects,
        UploadService uploads,
        SessionReader sessions,
        [FromQuery(Name = "project_id")] long? projectId,
        CancellationToken cancellationToken
    )
    {
        var target = projectId ?? (await projects.GetOrCreateAsync(caller.Id, DefaultProject, cancellationToken)).Id;
        return await BringInAsync(caller, target, mayName: projectId is null, request, uploads, sessions, cancellationToken);
    }

    /// <summary>Bring a table of texts into a project, and begin to work on it.</summary>
    private static async Task<Ok<PipelineTableUpload>> UploadTableAsync(
        Caller caller,
        long projectId,
        HttpRequest request,
        UploadService uploads,
        SessionReader sessions,
        CancellationToken cancellationToken
    )
    {
        await using var upload = await uploads.BeginAsync(caller.Id, projectId, cancellationToken);
        await MultipartUpload.ReceiveAsync(request, upload, uploads.MaxBytes);
        await upload.CompleteAsync(cancellationToken);
        if (await upload.ListAsync(cancellationToken) is not [var only] || !only.EndsWith(".csv", StringComparison.OrdinalIgnoreCase))
        {
            throw new ProblemException(StatusCodes.Status400BadRequest, ProblemCodes.BadRequest, "Only a CSV file is taken here.");
        }

        var task = await uploads.FinishAsync(caller.Id, projectId, upload, name: null, cancellationToken);
        var session = await sessions.GetAsync(caller.Id, task.SessionId, cancellationToken);

        return TypedResults.Ok(
            new PipelineTableUpload(
                SessionFolder.Of(session.SourceLocation, session.Name),
                ["output.csv"],
                session.Id,
                session.ProjectId,
                "The CSV was brought in."
            )
        );
    }

    private static async Task<Ok<PipelineUpload>> BringInAsync(
        Caller caller,
        long projectId,
        bool mayName,
        HttpRequest request,
        UploadService uploads,
        SessionReader sessions,
        CancellationToken cancellationToken
    )
    {
        await using var upload = await uploads.BeginAsync(caller.Id, projectId, cancellationToken);
        var form = await MultipartUpload.ReceiveAsync(request, upload, uploads.MaxBytes);
        await upload.CompleteAsync(cancellationToken);
        var tree = await upload.ListAsync(cancellationToken);
        // The original takes the project as a field of the form, which may come behind the file.
        var target =
            mayName && long.TryParse(form.ProjectId, NumberStyles.None, CultureInfo.InvariantCulture, out var named) ? named : projectId;
        var task = await uploads.FinishAsync(caller.Id, target, upload, name: null, cancellationToken);
        var session = await sessions.GetAsync(caller.Id, task.SessionId, cancellationToken);
        var folder = SessionFolder.Of(session.SourceLocation, session.Name);

        return TypedResults.Ok(new PipelineUpload(folder + OnlyFolderOf(tree), tree, session.Id, session.ProjectId));
    }

    private static string OnlyFolderOf(IReadOnlyList<string> tree)
    {
        var top = tree.Select(path => path.Split('/', 2)[0]).Distinct(StringComparer.Ordinal).Take(2).ToList();
        return top.Count == 1 && tree.Contains(top[0] + "/") ? "/" + top[0] : "";
    }

    private static int InRange(string name, int value, int max) =>
        value >= 1 && value <= max
            ? value
            : throw new PipelineValidationException(
                value < 1 ? "greater_than_equal" : "less_than_equal",
                name,
                value < 1
                    ? "Input should be greater than or equal to 1"
                    : string.Create(CultureInfo.InvariantCulture, $"Input should be less than or equal to {max}"),
                System.Text.Json.JsonSerializer.SerializeToElement(value)
            );
}
