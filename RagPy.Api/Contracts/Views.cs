using RagPy.Core.Embedding;
using RagPy.Core.Extraction.Recognition;
using RagPy.Core.Pipeline;
using RagPy.Core.Projects;

namespace RagPy.Api.Contracts;

/// <summary>Turns what the services give into what the API says.</summary>
internal static class Views
{
    public static ProjectView ToView(this ProjectSummary project, IEmbedderRegistry embedders, RecognitionRoute recognition) =>
        new(
            project.Id,
            project.Name,
            project.Description,
            project.Role,
            project.Embedder,
            embedders.IsApproximate(project.Embedder),
            project.CleanUp,
            project.Recognition ?? RecognitionChoices.Default,
            project.RecognitionPages ?? RecognitionChoices.Default,
            recognition.Engines,
            project.Store,
            project.TargetStore,
            project.StoreProblem,
            project.Sessions,
            project.Documents,
            project.Indexed,
            project.Failed,
            project.Chunks,
            project.CreatedAt
        );

    public static SessionView ToView(this SessionOverview session) =>
        new(
            session.Id,
            session.ProjectId,
            session.Name,
            session.SourceKind,
            StateOf(session.Task),
            session.CreatedAt,
            session.UpdatedAt,
            session.Counts,
            session.Task?.ToView()
        );

    public static TaskView ToView(this TaskProgress task) =>
        new(
            task.TaskId,
            task.ProjectId,
            task.SessionId,
            task.State,
            task.SourceRead,
            task.Error,
            task.Documents,
            task.Done,
            task.Failed,
            task.Cancelled,
            task.Added,
            task.Changed,
            task.Unchanged,
            task.Removed,
            task.PagesDone,
            task.NeedsOcrPages,
            task.ChunksWithoutVector,
            task.Stages,
            Round(task.Elapsed.TotalSeconds),
            Round(task.DocumentsPerSecond),
            Round(task.PagesPerSecond),
            task.Remaining is { } remaining ? Round(remaining.TotalSeconds) : null,
            [
                .. task.Failures.Select(failure => new FailureView(
                    failure.DocumentId,
                    failure.FileName,
                    failure.Title,
                    failure.Code.ToWire(),
                    failure.Reason,
                    failure.CoveredByAbstract
                )),
            ],
            task.Notes
        );

    public static DocumentView ToView(this DocumentOverview document) =>
        new(
            document.Id,
            document.ProjectId,
            document.ItemKey,
            document.Title,
            [.. document.Creators.Select(creator => creator.ToString())],
            document.Year,
            document.Type,
            document.FileName,
            document.Kind,
            document.Stage,
            document.State,
            document.Failure?.Code.ToWire(),
            document.Failure?.Reason,
            document.CoveredByAbstract,
            document.Pages,
            document.NeedsOcrPages,
            document.PagesWithoutText,
            document.Chunks,
            document.ChunksWithoutVector,
            document.PassagesWithoutVector,
            document.FileHash is not null
        );

    public static PageView ToView(this PageContent page) => new(page.Index, page.Label, page.Width, page.Height, page.Text, page.Engine);

    private static SessionState StateOf(TaskProgress? task) =>
        task?.State switch
        {
            null => SessionState.Created,
            TaskState.Pending => SessionState.Pending,
            TaskState.Running => SessionState.Running,
            TaskState.Completed => SessionState.Completed,
            TaskState.Cancelled => SessionState.Cancelled,
            _ => SessionState.Failed,
        };

    private static double Round(double value) => Math.Round(value, 3);
}
