using Microsoft.AspNetCore.Http.HttpResults;
using RagPy.Api.Contracts;
using RagPy.Api.Events;
using RagPy.Api.Http;
using RagPy.Core.Pipeline;

namespace RagPy.Api.Endpoints;

/// <summary><c>/tasks</c>: work in progress.</summary>
internal static class TaskEndpoints
{
    public static void MapTasks(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/tasks/{taskId:long}").WithTags("Tasks").ProducesProblem(StatusCodes.Status404NotFound);
        group.MapGet("/", GetAsync).WithName("GetTask");
        group.MapPost("/cancel", CancelAsync).WithName("CancelTask").ProducesProblem(StatusCodes.Status403Forbidden);
        group
            .MapGet("/events", WatchAsync)
            .WithName("WatchTask")
            .WithMetadata(new EventStream())
            .Produces(StatusCodes.Status200OK, contentType: "text/event-stream")
            .Produces(StatusCodes.Status204NoContent);
    }

    /// <summary>How far a task has come.</summary>
    private static async Task<Ok<TaskView>> GetAsync(Caller caller, long taskId, TaskService tasks, CancellationToken cancellationToken) =>
        TypedResults.Ok((await tasks.GetProgressAsync(caller.Id, taskId, cancellationToken)).ToView());

    /// <summary>Stop a task.</summary>
    /// <remarks>What waits is taken back at once, what runs is stopped within five seconds. Nothing is lost: run the session again to go on.</remarks>
    private static async Task<Accepted<TaskView>> CancelAsync(
        Caller caller,
        long taskId,
        TaskService tasks,
        CancellationToken cancellationToken
    )
    {
        await tasks.CancelAsync(caller.Id, taskId, cancellationToken);
        var progress = await tasks.GetProgressAsync(caller.Id, taskId, cancellationToken);

        return TypedResults.Accepted($"{ApiRoutes.Root}/tasks/{taskId}", progress.ToView());
    }

    /// <summary>Watch a task: server-sent events until it has ended.</summary>
    /// <remarks>
    /// <c>progress</c> carries a task as <c>GET /tasks/{taskId}</c> gives it, <c>documents</c> a list of <c>{id, stage, state, code, reason}</c> of documents that changed,
    /// <c>end</c> is the last event. The first connection is told every document of the task. Each event has an id: with the last one seen, as header
    /// <c>Last-Event-ID</c> or parameter, any replica goes on where the stream was cut, and loses nothing. 204 says that the task has ended and everything was seen.
    /// </remarks>
    /// <param name="lastEventId">As the header <c>Last-Event-ID</c>, for clients that cannot set it.</param>
    private static async Task<IResult> WatchAsync(
        Caller caller,
        long taskId,
        string? lastEventId,
        HttpRequest request,
        TaskFeeds feeds,
        CancellationToken cancellationToken
    )
    {
        var header = request.Headers["Last-Event-ID"].ToString();
        var seen = TaskEventId.Parse(header.Length > 0 ? header : lastEventId);
        var watch = await feeds.WatchAsync(caller.Id, taskId, seen.Position, cancellationToken);

        if (!seen.HasEnded || !watch.HasEnded)
        {
            return new TaskEventStream(watch);
        }

        watch.Dispose();
        return TypedResults.NoContent();
    }
}
