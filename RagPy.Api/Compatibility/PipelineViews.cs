using System.Globalization;
using RagPy.Core.Pipeline;
using RagPy.Core.Projects;

namespace RagPy.Api.Compatibility;

/// <summary>Turns what the services give into what the original says.</summary>
internal static class PipelineViews
{
    public static PipelineProject ToPipeline(this Project project, ProjectRole role, string? folder) =>
        new(
            project.Id,
            project.Name,
            project.Description.Length == 0 ? null : project.Description,
            project.OwnerId,
            OwnerName: null,
            folder,
            project.Store,
            IndexName: null,
            IsArchived: false,
            Time(project.CreatedAt),
            Time(project.CreatedAt),
            role.ToString().ToLowerInvariant()
        );

    public static PipelineSession ToPipeline(this SessionOverview session, string store) =>
        new(
            session.Id,
            session.ProjectId,
            SessionFolder.Of(session.SourceLocation, session.Name),
            session.Name,
            StatusOf(session.Task),
            session.SourceKind.Length == 0 ? null : "zip",
            session.Counts.Documents,
            (int)session.Counts.Chunks,
            store,
            IndexName: null,
            Time(session.CreatedAt),
            Time(session.UpdatedAt)
        );

    /// <summary>A time as the original writes it: UTC without a zone, microseconds only when there are any.</summary>
    public static string Time(DateTimeOffset time)
    {
        var utc = time.UtcDateTime;
        var format =
            utc.Ticks % TimeSpan.TicksPerSecond / TimeSpan.TicksPerMicrosecond == 0 ? "yyyy-MM-ddTHH:mm:ss" : "yyyy-MM-ddTHH:mm:ss.ffffff";
        return utc.ToString(format, CultureInfo.InvariantCulture);
    }

    /// <summary>The original works through the stages one after the other: what counts is the first in which something is left to do.</summary>
    private static string StatusOf(TaskProgress? task) =>
        task?.State switch
        {
            null or TaskState.Pending => "created",
            TaskState.Completed => "completed",
            TaskState.Running => (
                task.SourceRead
                    ? task
                        .Stages.Where(s => s.State is WorkItemState.Pending or WorkItemState.Leased)
                        .Select(s => s.Stage)
                        .DefaultIfEmpty(Stage.Index)
                        .MinBy(StageOrder.Of)
                    : Stage.Extract
            ) switch
            {
                Stage.Read or Stage.Extract or Stage.Recognize => "extracting",
                Stage.Chunk or Stage.Clean => "chunking",
                Stage.Embed => "embedding",
                _ => "uploading",
            },
            _ => "error",
        };
}
