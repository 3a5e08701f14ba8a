using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using RagPy.Api.Http;
using RagPy.Core.Indexing;
using RagPy.Core.Pipeline;
using RagPy.Core.Projects;

namespace RagPy.Api.Pages;

/// <summary>What the forms of the pages are sent to; each does one thing and leads back to a page, so that the pages work without scripts.</summary>
internal static class WebForms
{
    public static void MapWebForms(this RouteGroupBuilder pages)
    {
        pages.MapPost("/projects", CreateProject);
        pages.MapPost("/projects/{projectId:long}", UpdateProject);
        pages.MapPost("/projects/{projectId:long}/delete", DeleteProject);
        pages.MapPost("/projects/{projectId:long}/embedder", ChooseEmbedder);
        pages.MapPost("/projects/{projectId:long}/cleanup", ChooseCleanUp);
        pages.MapPost("/projects/{projectId:long}/ocr", ChooseRecognition);
        pages.MapPost("/projects/{projectId:long}/store", ChooseStore);
        var sessions = pages.MapGroup("/projects/{projectId:long}/sessions/{sessionId:long}");
        sessions.MapPost("/run", RunSession);
        sessions.MapPost("/retry", RetrySession);
        sessions.MapPost("/cancel", CancelSession);
        sessions.MapPost("/delete", DeleteSession);
    }

    private static async Task<RedirectHttpResult> CreateProject(
        [FromForm] string? name,
        [FromForm] string? description,
        Caller caller,
        ProjectService projects,
        CancellationToken cancellationToken
    )
    {
        var wanted = Name(name);
        // One of this name is there: it is what was meant.
        var project =
            await projects.CreateAsync(caller.Id, wanted, description?.Trim() ?? "", cancellationToken)
            ?? await projects.GetOrCreateAsync(caller.Id, wanted, cancellationToken);
        return See($"/projects/{project.Id}");
    }

    private static async Task<RedirectHttpResult> UpdateProject(
        long projectId,
        [FromForm] string? name,
        [FromForm] string? description,
        Caller caller,
        ProjectService projects,
        CancellationToken cancellationToken
    )
    {
        var done = await projects.UpdateAsync(caller.Id, projectId, Name(name), description?.Trim(), cancellationToken);
        return See(done ? $"/projects/{projectId}" : $"/projects/{projectId}?problem=name");
    }

    private static async Task<RedirectHttpResult> ChooseEmbedder(
        long projectId,
        [FromForm] string? embedder,
        Caller caller,
        EmbedderChoice choice,
        CancellationToken cancellationToken
    )
    {
        var wanted = embedder?.Trim() ?? "";
        return await ChooseAsync(projectId, "embedder", wanted, () => choice.ChooseAsync(caller.Id, projectId, wanted, cancellationToken));
    }

    private static async Task<RedirectHttpResult> ChooseCleanUp(
        long projectId,
        [FromForm] string? model,
        Caller caller,
        CleanUpChoice choice,
        CancellationToken cancellationToken
    )
    {
        var wanted = model?.Trim() ?? "";
        return await ChooseAsync(projectId, "cleanup", wanted, () => choice.ChooseAsync(caller.Id, projectId, wanted, cancellationToken));
    }

    private static async Task<RedirectHttpResult> ChooseRecognition(
        long projectId,
        [FromForm] string? engine,
        [FromForm] string? pages,
        Caller caller,
        RecognitionChoice choice,
        CancellationToken cancellationToken
    )
    {
        var wanted = engine ?? "";
        return await ChooseAsync(
            projectId,
            "ocr",
            wanted,
            () => choice.ChooseAsync(caller.Id, projectId, wanted, pages ?? "", cancellationToken)
        );
    }

    /// <summary>Chooses an engine by which documents are brought in anew.</summary>
    private static async Task<RedirectHttpResult> ChooseAsync(long projectId, string engine, string wanted, Func<Task> choose)
    {
        try
        {
            await choose();
        }
        catch (TooManySessionsException)
        {
            return Refused(projectId, "sessions", "");
        }
        catch (InvalidOperationException)
        {
            return Refused(projectId, engine, wanted);
        }

        return See($"/projects/{projectId}");
    }

    private static async Task<RedirectHttpResult> ChooseStore(
        long projectId,
        [FromForm] string? store,
        Caller caller,
        StoreChoice choice,
        CancellationToken cancellationToken
    )
    {
        var wanted = store ?? "";
        try
        {
            await choice.ChangeAsync(caller.Id, projectId, wanted, cancellationToken);
        }
        catch (StoreNotUsableException)
        {
            return Refused(projectId, "store", wanted);
        }

        return See($"/projects/{projectId}#settings-title");
    }

    private static async Task<RedirectHttpResult> DeleteProject(
        long projectId,
        Caller caller,
        ProjectService projects,
        CancellationToken cancellationToken
    )
    {
        await projects.DeleteAsync(caller.Id, projectId, cancellationToken);
        return See("/");
    }

    private static async Task<RedirectHttpResult> RunSession(
        long projectId,
        long sessionId,
        Caller caller,
        TaskService tasks,
        CancellationToken cancellationToken
    )
    {
        await tasks.RunAgainAsync(caller.Id, sessionId, cancellationToken);
        return See($"/projects/{projectId}#session-{sessionId}");
    }

    private static async Task<RedirectHttpResult> RetrySession(
        long projectId,
        long sessionId,
        Caller caller,
        TaskService tasks,
        CancellationToken cancellationToken
    )
    {
        await tasks.RetryFailedAsync(caller.Id, sessionId, cancellationToken);
        return See($"/projects/{projectId}#session-{sessionId}");
    }

    private static async Task<RedirectHttpResult> CancelSession(
        long projectId,
        long sessionId,
        Caller caller,
        SessionReader sessions,
        TaskService tasks,
        CancellationToken cancellationToken
    )
    {
        if ((await sessions.GetAsync(caller.Id, sessionId, cancellationToken)).Task is { IsEnded: false } running)
        {
            await tasks.CancelAsync(caller.Id, running.TaskId, cancellationToken);
        }

        return See($"/projects/{projectId}#session-{sessionId}");
    }

    private static async Task<RedirectHttpResult> DeleteSession(
        long projectId,
        long sessionId,
        Caller caller,
        ProjectService projects,
        CancellationToken cancellationToken
    )
    {
        await projects.DeleteSessionAsync(caller.Id, sessionId, cancellationToken);
        return See($"/projects/{projectId}");
    }

    /// <summary>A name as the form allows it; the browser has checked it already.</summary>
    private static string Name(string? name) =>
        name?.Trim() is { Length: > 0 } given ? given[..Math.Min(given.Length, ProjectService.MaxName)] : "library";

    /// <summary>Back to the page, which asks again and says why not.</summary>
    private static RedirectHttpResult Refused(long projectId, string problem, string wanted) =>
        See($"/projects/{projectId}?problem={problem}&wanted={Uri.EscapeDataString(wanted)}#settings-title");

    private static RedirectHttpResult See(string url) => TypedResults.LocalRedirect(url);
}
