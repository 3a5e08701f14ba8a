using Microsoft.AspNetCore.Http.HttpResults;
using RagPy.Api.Contracts;
using RagPy.Api.Http;
using RagPy.Api.Uploads;
using RagPy.Core.CleanUp;
using RagPy.Core.Estimates;
using RagPy.Core.Pipeline;
using RagPy.Core.Projects;
using RagPy.Core.Providers;

namespace RagPy.Api.Endpoints;

/// <summary><c>/projects/{projectId}/sessions</c> and <c>/sessions/{sessionId}</c>: sources brought in, with their documents.</summary>
internal static class SessionEndpoints
{
    public static void MapSessions(this IEndpointRouteBuilder routes)
    {
        MapOfProject(routes.MapGroup("/projects/{projectId:long}/sessions").WithTags("Sessions"));
        MapOne(routes.MapGroup("/sessions/{sessionId:long}").WithTags("Sessions").ProducesProblem(StatusCodes.Status404NotFound));
    }

    private static void MapOfProject(RouteGroupBuilder group)
    {
        group.ProducesProblem(StatusCodes.Status404NotFound);
        group.MapGet("/", ListAsync).WithName("ListSessions");
        group
            .MapPost("/", UploadAsync)
            .WithName("CreateSession")
            .TakesUpload()
            .TakesIdempotencyKey()
            .ProducesProblem(StatusCodes.Status403Forbidden);
        group
            .MapPost("/sample", SampleAsync)
            .WithName("CreateSampleSession")
            .TakesIdempotencyKey()
            .ProducesProblem(StatusCodes.Status403Forbidden);
    }

    private static void MapOne(RouteGroupBuilder group)
    {
        group.MapGet("/", GetAsync).WithName("GetSession");
        group.MapDelete("/", DeleteAsync).WithName("DeleteSession").ProducesProblem(StatusCodes.Status403Forbidden);
        group.MapGet("/spending", GetSpendingAsync).WithName("GetSpending");
        group.MapGet("/cleanup", GetCleanUpAsync).WithName("GetCleanUp");
        group
            .MapPut("/spending", SetSpendingCapAsync)
            .WithName("SetSpendingCap")
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status403Forbidden);
        group
            .MapGet("/estimate", EstimateAsync)
            .WithName("EstimateRun")
            .ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        group.MapGet("/documents", ListDocumentsAsync).WithName("ListDocuments").WithTags("Documents");
        group
            .MapPost("/retry", RetryAsync)
            .WithName("RetrySession")
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status409Conflict);
        group
            .MapPost("/run", RunAsync)
            .WithName("RunSession")
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status409Conflict);
    }

    /// <summary>What a session's calls to providers have cost, by model, and why documents wait for it.</summary>
    private static async Task<Ok<Spending>> GetSpendingAsync(
        Caller caller,
        long sessionId,
        SpendingService spending,
        CancellationToken cancellationToken
    ) => TypedResults.Ok(await spending.GetAsync(caller.Id, sessionId, cancellationToken));

    /// <summary>What became of a session's passages in the clean-up.</summary>
    private static async Task<Ok<CleanUpCounts>> GetCleanUpAsync(
        Caller caller,
        long sessionId,
        CleanUpStatistics statistics,
        CancellationToken cancellationToken
    ) => TypedResults.Ok(await statistics.GetAsync(caller.Id, sessionId, cancellationToken));

    /// <summary>What a run of the session has to do, and what embedding may cost.</summary>
    /// <remarks>Reads the source, but neither extracts nor stores anything. Numbers that stand in the database are exact, others lie between bounds; <c>basis</c> says what they rest on.</remarks>
    private static async Task<Ok<RunEstimate>> EstimateAsync(
        Caller caller,
        long sessionId,
        EstimateService estimates,
        CancellationToken cancellationToken
    ) => TypedResults.Ok(await estimates.OfSessionAsync(caller.Id, sessionId, cancellationToken));

    /// <summary>Cap what a session may cost.</summary>
    /// <remarks>Runs pause when it is reached, and go on when it is raised.</remarks>
    private static async Task<Ok<Spending>> SetSpendingCapAsync(
        Caller caller,
        long sessionId,
        SpendingCap body,
        SpendingService spending,
        CancellationToken cancellationToken
    )
    {
        if (body.Cap < 0)
        {
            throw new ProblemException(StatusCodes.Status400BadRequest, ProblemCodes.BadRequest, "A cap is 0 dollars or more.");
        }

        await spending.SetCapAsync(caller.Id, sessionId, body.Cap, cancellationToken);
        return await GetSpendingAsync(caller, sessionId, spending, cancellationToken);
    }

    /// <summary>Sessions of a project, newest first.</summary>
    /// <param name="limit">Most sessions wanted, 1 to 200; 50 when absent.</param>
    /// <param name="cursor">The <c>next</c> of the part before.</param>
    private static async Task<Ok<Listing<SessionView>>> ListAsync(
        Caller caller,
        long projectId,
        SessionReader sessions,
        int? limit,
        string? cursor,
        CancellationToken cancellationToken
    )
    {
        var wanted = Paging.Limit(limit);
        var before = Paging.Key<SessionCursor>(cursor)?.Id;
        var found = await sessions.ListAsync(caller.Id, projectId, before, wanted + 1, cancellationToken);

        return TypedResults.Ok(Paging.Page(found, wanted, session => new SessionCursor(session.Id), session => session.ToView()));
    }

    /// <summary>Bring a source in: a Zotero export, a Zotero JSON, a CSV of texts, a chunk file of the original, or PDFs.</summary>
    /// <remarks>
    /// The body is <c>multipart/form-data</c> with one or more parts named <c>file</c>: one ZIP, one Zotero JSON, one CSV, one chunk file, or any number of PDFs, which together
    /// make one session; a part <c>name</c> may name it, and a part <c>vectors_of</c> says which model made the vectors of a chunk file. A part <c>start</c>
    /// with <c>false</c> makes the session without a task, to ask for an estimate first; with <c>if-free</c> a task starts when embedding costs nothing. The parts are streamed to the disk and checked before anything else happens; a task then starts. The same
    /// bytes sent again bring the same session up to date.
    /// </remarks>
    private static async Task<Created<StartedSession>> UploadAsync(
        Caller caller,
        long projectId,
        HttpRequest request,
        UploadService uploads,
        SessionReader sessions,
        TaskService tasks,
        EstimateService estimates,
        CancellationToken cancellationToken
    )
    {
        await using var upload = await uploads.BeginAsync(caller.Id, projectId, cancellationToken);
        var form = await MultipartUpload.ReceiveAsync(request, upload, uploads.MaxBytes);
        if (form.Start == StartWhen.Always || (form.Start == StartWhen.Free && await estimates.IsFreeAsync(projectId, cancellationToken)))
        {
            var task = await uploads.FinishAsync(caller.Id, projectId, upload, form.Name, cancellationToken, form.VectorsOf);
            return await StartedAsync(caller, task.SessionId, sessions, cancellationToken);
        }

        var kept = await uploads.KeepAsync(caller.Id, projectId, upload, form.Name, cancellationToken, form.VectorsOf);
        if (form.Start == StartWhen.Free && (await sessions.GetAsync(caller.Id, kept, cancellationToken)).Task is not null)
        {
            await tasks.RunAgainAsync(caller.Id, kept, cancellationToken);
        }

        return await StartedAsync(caller, kept, sessions, cancellationToken);
    }

    /// <summary>Bring in the sample library that comes with RagPy.</summary>
    private static async Task<Created<StartedSession>> SampleAsync(
        Caller caller,
        long projectId,
        UploadService uploads,
        SessionReader sessions,
        CancellationToken cancellationToken
    )
    {
        await using var upload = await uploads.BeginAsync(caller.Id, projectId, cancellationToken);
        await upload.AddFolderAsync(SampleLibrary.Folder, cancellationToken);
        var task = await uploads.FinishAsync(caller.Id, projectId, upload, SampleLibrary.Name, cancellationToken);

        return await StartedAsync(caller, task.SessionId, sessions, cancellationToken);
    }

    /// <summary>A session with its numbers and its newest task.</summary>
    private static async Task<Ok<SessionView>> GetAsync(
        Caller caller,
        long sessionId,
        SessionReader sessions,
        CancellationToken cancellationToken
    ) => TypedResults.Ok((await sessions.GetAsync(caller.Id, sessionId, cancellationToken)).ToView());

    /// <summary>Delete a session and the documents that no other session of the project has.</summary>
    private static async Task<NoContent> DeleteAsync(
        Caller caller,
        long sessionId,
        ProjectService projects,
        CancellationToken cancellationToken
    )
    {
        await projects.DeleteSessionAsync(caller.Id, sessionId, cancellationToken);

        return TypedResults.NoContent();
    }

    /// <summary>Documents of a session, in the order of the source.</summary>
    /// <param name="state">Only those that stand so.</param>
    /// <param name="limit">Most documents wanted, 1 to 200; 50 when absent.</param>
    /// <param name="cursor">The <c>next</c> of the part before.</param>
    private static async Task<Ok<Listing<DocumentView>>> ListDocumentsAsync(
        Caller caller,
        long sessionId,
        DocumentReader documents,
        Choice<DocumentProgress>? state,
        int? limit,
        string? cursor,
        CancellationToken cancellationToken
    )
    {
        var wanted = Paging.Limit(limit);
        var after = Paging.Key<DocumentCursor>(cursor);
        var found = await documents.ListAsync(
            caller.Id,
            sessionId,
            state?.Value,
            after is null ? null : (after.Position, after.Id),
            wanted + 1,
            cancellationToken
        );

        return TypedResults.Ok(
            Paging.Page(found, wanted, document => new DocumentCursor(document.Position, document.Id), document => document.ToView())
        );
    }

    /// <summary>Take up every failed document again, also those that failed for good.</summary>
    private static async Task<Accepted<TaskView>> RetryAsync(
        Caller caller,
        long sessionId,
        TaskService tasks,
        CancellationToken cancellationToken
    ) => await AcceptedAsync(caller, await tasks.RetryFailedAsync(caller.Id, sessionId, cancellationToken), tasks, cancellationToken);

    /// <summary>Bring a session up to date: read its source again and do what is not done.</summary>
    private static async Task<Accepted<TaskView>> RunAsync(
        Caller caller,
        long sessionId,
        TaskService tasks,
        CancellationToken cancellationToken
    ) => await AcceptedAsync(caller, await tasks.RunAgainAsync(caller.Id, sessionId, cancellationToken), tasks, cancellationToken);

    private static async Task<Accepted<TaskView>> AcceptedAsync(
        Caller caller,
        PipelineTask task,
        TaskService tasks,
        CancellationToken cancellationToken
    )
    {
        var progress = await tasks.GetProgressAsync(caller.Id, task.Id, cancellationToken);

        return TypedResults.Accepted($"{ApiRoutes.Root}/tasks/{task.Id}", progress.ToView());
    }

    private static async Task<Created<StartedSession>> StartedAsync(
        Caller caller,
        long sessionId,
        SessionReader sessions,
        CancellationToken cancellationToken
    )
    {
        var session = (await sessions.GetAsync(caller.Id, sessionId, cancellationToken)).ToView();

        return TypedResults.Created($"{ApiRoutes.Root}/sessions/{session.Id}", new StartedSession(session, session.Task));
    }

    private sealed record SessionCursor(long Id);

    private sealed record DocumentCursor(int Position, Guid Id);
}
