using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using RagPy.Api.Http;
using RagPy.Core.Pipeline;
using RagPy.Core.Projects;

namespace RagPy.Api.Compatibility;

/// <summary>The jobs of the load plan: extraction is asked for and polled; here one task takes the documents through every stage.</summary>
internal static class PipelineTasks
{
    /// <summary>Work on a session, unless that is under way already.</summary>
    public static async Task<Ok<PipelineJob>> ProcessAsync(
        Caller caller,
        HttpRequest request,
        SessionReader sessions,
        TaskService tasks,
        CancellationToken cancellationToken
    )
    {
        var fields = await PipelineFields.ReadAsync(request, cancellationToken);
        var path = fields.Text("path", 1, 1000);
        var sessionId = fields.Integer("session_id");
        if (sessionId is null)
        {
            var locations = SessionFolder.LocationsOf(path ?? throw PipelineFields.Missing("path"));
            sessionId =
                (locations is null ? null : await sessions.FindByLocationAsync(caller.Id, locations, cancellationToken))
                ?? throw new NotFoundException("session", $"'{path}'");
        }

        var task = await tasks.RunAgainAsync(caller.Id, sessionId.Value, cancellationToken);
        return TypedResults.Ok(new PipelineJob(task.Id.ToString(CultureInfo.InvariantCulture), "queued", "Extraction task queued"));
    }

    /// <summary>How far a job has come, in the words of Celery.</summary>
    public static async Task<JsonHttpResult<Dictionary<string, object?>>> GetStatusAsync(
        Caller caller,
        string taskId,
        TaskService tasks,
        SessionReader sessions,
        DocumentReader documents,
        CancellationToken cancellationToken
    )
    {
        if (!long.TryParse(taskId, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
        {
            throw new NotFoundException("task", taskId);
        }

        var task = await tasks.GetProgressAsync(caller.Id, id, cancellationToken);
        var status = task.State switch
        {
            TaskState.Pending => new()
            {
                ["state"] = "PENDING",
                ["status"] = "Task queued, waiting for worker",
                ["progress"] = 0,
            },
            TaskState.Running => Running(task, await ItemOfAsync(caller, task, documents, cancellationToken)),
            TaskState.Completed => await SuccessAsync(caller, task, sessions, cancellationToken),
            TaskState.Failed => new()
            {
                ["state"] = "FAILURE",
                ["error"] = task.Error,
                ["traceback"] = null,
            },
            _ => new Dictionary<string, object?> { ["state"] = "REVOKED", ["status"] = task.Error ?? "Task cancelled" },
        };

        return TypedResults.Json(status);
    }

    private static Dictionary<string, object?> Running(TaskProgress task, string item)
    {
        var current = task.Done + task.Failed + task.Cancelled;
        return new()
        {
            ["state"] = "PROGRESS",
            ["current"] = current,
            ["total"] = task.Documents,
            ["percent"] = task.Documents == 0 ? 0 : current * 100 / task.Documents,
            ["item"] = item,
            ["status"] = task.SourceRead ? "Processing documents" : "Reading the source",
        };
    }

    private static async Task<Dictionary<string, object?>> SuccessAsync(
        Caller caller,
        TaskProgress task,
        SessionReader sessions,
        CancellationToken cancellationToken
    )
    {
        var session = await sessions.GetAsync(caller.Id, task.SessionId, cancellationToken);
        return new()
        {
            ["state"] = "SUCCESS",
            ["result"] = new Dictionary<string, object?>
            {
                ["status"] = "success",
                ["row_count"] = session.Counts.Documents,
                ["output"] = $"{SessionFolder.Of(session.SourceLocation, session.Name)}/output.csv",
                ["duration_seconds"] = Math.Round(task.Elapsed.TotalSeconds, 2),
            },
            ["progress"] = 100,
        };
    }

    private static async Task<string> ItemOfAsync(
        Caller caller,
        TaskProgress task,
        DocumentReader documents,
        CancellationToken cancellationToken
    )
    {
        var running = await documents.ListAsync(caller.Id, task.SessionId, DocumentProgress.Running, after: null, 1, cancellationToken);
        return running.Count == 0 ? "" : running[0].Title;
    }
}
