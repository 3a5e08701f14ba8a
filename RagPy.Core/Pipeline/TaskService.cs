using System.Diagnostics;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using RagPy.Core.Projects;
using RagPy.Core.Storage;

namespace RagPy.Core.Pipeline;

/// <summary>Starts, watches and cancels tasks. Workers, here or elsewhere, do what it writes down.</summary>
public sealed class TaskService(
    NpgsqlDataSource dataSource,
    IDbContextFactory<RagPyDbContext> contexts,
    ProjectAccess access,
    NotificationHub notifications,
    PipelineOptions options,
    TimeProvider time
)
{
    private const int MaxStarts = 5;

    private static readonly TimeSpan s_shortestInterval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan s_pollInterval = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Asks for a source to be brought in, or brought up to date. While an earlier task of the same source still reads it, that task is returned;
    /// when it has been read but not all is done, a new task takes over what is left and reads the source again.
    /// </summary>
    /// <param name="sourceLocation">A path on the worker's host, made full, or an <see cref="UploadLocation"/>. Not opened here: a source that cannot be read fails the task.</param>
    /// <exception cref="NotFoundException">No such project for this person.</exception>
    /// <exception cref="AccessDeniedException">The person may only look.</exception>
    /// <exception cref="NoSourceException">The location is that of a session into which nothing has been brought.</exception>
    /// <exception cref="TooManySessionsException">As many other sessions are in work as may be at once.</exception>
    public async Task<PipelineTask> StartAsync(
        long projectId,
        long personId,
        string sourceLocation,
        TaskRequest? request,
        CancellationToken cancellationToken
    )
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(sourceLocation);
        await access.RequireAsync(personId, projectId, ProjectRole.Collaborator, cancellationToken);
        if (EmptyLocation.Is(sourceLocation))
        {
            throw new NoSourceException();
        }

        request ??= new TaskRequest();
        var location = UploadLocation.TryParse(sourceLocation, out _)
            ? sourceLocation
            : Path.TrimEndingDirectorySeparator(Path.GetFullPath(sourceLocation));
        await RequireRoomAsync(projectId, location, cancellationToken);
        using var activity = PipelineTelemetry.Source.StartActivity("start task", ActivityKind.Producer);
        var start = new TaskStart(projectId, personId, location, request, PipelineTelemetry.TraceParent(), time.GetUtcNow());
        var taskId = await ExecuteAsync(start, cancellationToken);
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var task = await context.Tasks.AsNoTracking().SingleAsync(task => task.Id == taskId, cancellationToken);
        activity?.SetTag(PipelineTelemetry.ProjectTag, projectId);
        activity?.SetTag(PipelineTelemetry.SessionTag, task.SessionId);
        activity?.SetTag(PipelineTelemetry.TaskTag, taskId);
        return task;
    }

    /// <summary>Writes a source down as a session without beginning to work on it. A session of this location stays as it is.</summary>
    /// <returns>The session's id.</returns>
    /// <exception cref="NotFoundException">No such project for this person.</exception>
    /// <exception cref="AccessDeniedException">The person may only look.</exception>
    public async Task<long> KeepAsync(
        long projectId,
        long personId,
        string sourceLocation,
        TaskRequest request,
        CancellationToken cancellationToken
    )
    {
        await access.RequireAsync(personId, projectId, ProjectRole.Collaborator, cancellationToken);
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        var session = new TaskStart(projectId, personId, sourceLocation, request, TraceParent: "", time.GetUtcNow());
        return await session.UpsertSessionAsync(connection, cancellationToken);
    }

    /// <summary>
    /// Workers that finish documents of the session lock the same rows in another order; of two that wait for each other PostgreSQL ends one. Workers try their
    /// documents again, and so does a start.
    /// </summary>
    private async Task<long> ExecuteAsync(TaskStart start, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
                await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
                var taskId = await start.ExecuteAsync(connection, cancellationToken);
                await transaction.CommitAsync(cancellationToken);
                return taskId;
            }
            catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.DeadlockDetected && attempt < MaxStarts)
            {
                // Rolled back as a whole, so that nothing of it is there yet.
            }
        }
    }

    /// <summary>Checks that one more session may be in work. Two that ask at the same moment may both pass: the limit spares the machine, it guards nothing.</summary>
    /// <param name="location">The session that is to be in work, null for a new one.</param>
    /// <exception cref="TooManySessionsException">As many other sessions are in work as may be at once.</exception>
    public async Task RequireRoomAsync(long projectId, string? location, CancellationToken cancellationToken)
    {
        const string sql = """
            SELECT count(*)::int FROM tasks t JOIN sessions s ON s.id = t.session_id
            WHERE t.state IN (1, 2) AND NOT (s.project_id = $1 AND s.source_location = $2)
            """;
        await using var command = Sql.Command(dataSource, sql, projectId, location ?? "");
        if ((int)(await command.ExecuteScalarAsync(cancellationToken))! >= options.MaxActiveSessions)
        {
            throw new TooManySessionsException(options.MaxActiveSessions);
        }
    }

    /// <summary>Brings the session's source in again and takes every failed document up, also those that failed for good.</summary>
    /// <exception cref="NotFoundException">No such session for this person.</exception>
    /// <exception cref="AccessDeniedException">The person may only look.</exception>
    public async Task<PipelineTask> RetryFailedAsync(long personId, long sessionId, CancellationToken cancellationToken)
    {
        var session = await access.RequireSessionAsync(personId, sessionId, ProjectRole.Collaborator, cancellationToken);
        var request = new TaskRequest(session.Name, RetryFailed: true);
        return await StartAsync(session.ProjectId, personId, session.SourceLocation, request, cancellationToken);
    }

    /// <summary>Brings a session up to date: reads its source again and does what is not done.</summary>
    /// <exception cref="NotFoundException">No such session for this person.</exception>
    /// <exception cref="AccessDeniedException">The person may only look.</exception>
    public async Task<PipelineTask> RunAgainAsync(long personId, long sessionId, CancellationToken cancellationToken)
    {
        var session = await access.RequireSessionAsync(personId, sessionId, ProjectRole.Collaborator, cancellationToken);
        return await StartAsync(session.ProjectId, personId, session.SourceLocation, new TaskRequest(session.Name), cancellationToken);
    }

    /// <summary>
    /// Stops a task: what waits is taken back at once, what runs is stopped within five seconds. Nothing is lost: the same source brought in again
    /// goes on. A task that has ended stays as it is.
    /// </summary>
    /// <exception cref="NotFoundException">No such task for this person.</exception>
    /// <exception cref="AccessDeniedException">The person may only look.</exception>
    public async Task CancelAsync(long personId, long taskId, CancellationToken cancellationToken)
    {
        await access.RequireTaskAsync(personId, taskId, ProjectRole.Collaborator, cancellationToken);
        await TaskEnd.CancelAsync(dataSource, taskId, time.GetUtcNow(), cancellationToken);
    }

    /// <summary>Where a task stands now.</summary>
    /// <exception cref="NotFoundException">No such task for this person.</exception>
    public async Task<TaskProgress> GetProgressAsync(long personId, long taskId, CancellationToken cancellationToken)
    {
        await access.RequireTaskAsync(personId, taskId, ProjectRole.Viewer, cancellationToken);
        return await ProgressReader.ReadAsync(dataSource, taskId, time.GetUtcNow(), cancellationToken)
            ?? throw new NotFoundException("task", taskId);
    }

    /// <summary>
    /// The task's progress now and whenever it changes, at most four times a second, until the task has ended; the last element says how.
    /// Notifications make it quick, polling makes it sure.
    /// </summary>
    /// <exception cref="NotFoundException">No such task for this person, or it was deleted meanwhile.</exception>
    public async IAsyncEnumerable<TaskProgress> WatchAsync(
        long personId,
        long taskId,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await access.RequireTaskAsync(personId, taskId, ProjectRole.Viewer, cancellationToken);
        var wanted = taskId.ToString(System.Globalization.CultureInfo.InvariantCulture);
        using var changed = new SemaphoreSlim(0, 1);
        using var subscription = notifications.Subscribe(
            (channel, payload) =>
            {
                if ((channel.Length == 0 || (channel == Channels.Progress && payload == wanted)) && changed.CurrentCount == 0)
                {
                    ReleaseOnce(changed);
                }
            }
        );
        while (true)
        {
            var progress =
                await ProgressReader.ReadAsync(dataSource, taskId, time.GetUtcNow(), cancellationToken)
                ?? throw new NotFoundException("task", taskId);
            yield return progress;
            if (progress.IsEnded)
            {
                yield break;
            }

            await Task.Delay(s_shortestInterval, time, cancellationToken);
            await changed.WaitAsync(s_pollInterval - s_shortestInterval, cancellationToken);
        }
    }

    /// <summary>The project's tasks, newest first.</summary>
    /// <param name="limit">Most tasks wanted.</param>
    /// <exception cref="NotFoundException">No such project for this person.</exception>
    public async Task<IReadOnlyList<PipelineTask>> ListAsync(long personId, long projectId, int limit, CancellationToken cancellationToken)
    {
        await access.RequireAsync(personId, projectId, ProjectRole.Viewer, cancellationToken);
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context
            .Tasks.AsNoTracking()
            .Where(task => task.ProjectId == projectId)
            .OrderByDescending(task => task.Id)
            .Take(limit)
            .ToListAsync(cancellationToken);
    }

    /// <summary>The project's sessions, newest first.</summary>
    /// <exception cref="NotFoundException">No such project for this person.</exception>
    public async Task<IReadOnlyList<Session>> ListSessionsAsync(long personId, long projectId, CancellationToken cancellationToken)
    {
        await access.RequireAsync(personId, projectId, ProjectRole.Viewer, cancellationToken);
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context
            .Sessions.AsNoTracking()
            .Where(session => session.ProjectId == projectId)
            .OrderByDescending(session => session.Id)
            .ToListAsync(cancellationToken);
    }

    /// <summary>Every failed document of a session, in the order of the source.</summary>
    /// <exception cref="NotFoundException">No such session for this person.</exception>
    public async Task<IReadOnlyList<DocumentFailure>> ListFailuresAsync(long personId, long sessionId, CancellationToken cancellationToken)
    {
        await access.RequireSessionAsync(personId, sessionId, ProjectRole.Viewer, cancellationToken);
        return await ProgressReader.ReadSessionFailuresAsync(dataSource, sessionId, cancellationToken);
    }

    private static void ReleaseOnce(SemaphoreSlim semaphore)
    {
        try
        {
            semaphore.Release();
        }
        catch (SemaphoreFullException)
        {
            // Another notification was quicker: one wake-up is enough.
        }
    }
}
