using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Npgsql;
using RagPy.Core.Storage;

namespace RagPy.Core.Pipeline;

/// <summary>
/// Writes the numbers of tasks down, at most every half second and never for more than a tenth of the time, tells who watches, and completes tasks that
/// have nothing open any more.
/// </summary>
internal sealed partial class ProgressWriter(
    NpgsqlDataSource dataSource,
    ProjectJanitor janitor,
    TimeProvider time,
    ILogger<ProgressWriter> logger
)
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(500);

    private const string CountSql = """
        UPDATE tasks t
        SET documents = c.documents, documents_done = c.done, documents_failed = c.failed, pages_done = c.pages
        FROM (
            SELECT count(*)::int AS documents, count(*) FILTER (WHERE w.state = 3)::int AS done, count(*) FILTER (WHERE w.state = 4)::int AS failed,
                   coalesce(sum(x.page_count), 0)::int AS pages
            FROM work_items w LEFT JOIN extractions x ON x.id = w.extraction_id
            WHERE w.task_id = $1 AND w.document_id IS NOT NULL
        ) c
        WHERE t.id = $1
        RETURNING t.project_id, t.state = 2 AND t.source_read AND NOT EXISTS (SELECT FROM work_items w WHERE w.task_id = $1 AND w.state IN (1, 2))
        """;

    private readonly ConcurrentDictionary<long, byte> _touched = new();
    private readonly SemaphoreSlim _wake = new(0, 1);

    /// <summary>Notes that something of these tasks changed.</summary>
    public void Touch(IEnumerable<long> taskIds)
    {
        foreach (var taskId in taskIds)
        {
            _touched[taskId] = 0;
        }

        try
        {
            if (_wake.CurrentCount == 0)
            {
                _wake.Release();
            }
        }
        catch (SemaphoreFullException)
        {
            // Another one was quicker: one wake-up is enough.
        }
    }

    /// <summary>Writes until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await _wake.WaitAsync(cancellationToken);
                var begun = Stopwatch.GetTimestamp();
                await FlushAsync(cancellationToken);
                var took = Stopwatch.GetElapsedTime(begun);
                await Task.Delay(took * 9 > s_interval ? took * 9 : s_interval, time, cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception) when (exception is NpgsqlException or TimeoutException)
            {
                // The relay touches every running task again.
                LogFailed(exception);
            }
        }
    }

    /// <summary>Writes what was touched.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        foreach (var taskId in _touched.Keys)
        {
            _touched.TryRemove(taskId, out _);
            await WriteAsync(taskId, cancellationToken);
        }
    }

    private async Task WriteAsync(long taskId, CancellationToken cancellationToken)
    {
        long projectId;
        bool isDone;
        await using (var command = Sql.Command(dataSource, CountSql, taskId))
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            if (!await reader.ReadAsync(cancellationToken))
            {
                return;
            }

            (projectId, isDone) = (reader.GetInt64(0), reader.GetBoolean(1));
        }

        if (isDone)
        {
            await CleanAsync(projectId, cancellationToken);
            const string complete = """
                UPDATE tasks SET state = 3, finished_at = $2 WHERE id = $1 AND state = 2 AND source_read
                  AND NOT EXISTS (SELECT FROM work_items WHERE task_id = $1 AND state IN (1, 2))
                """;
            await using var command = Sql.Command(dataSource, complete, taskId, time.GetUtcNow());
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await Sql.NotifyAsync(connection, Channels.Progress, taskId.ToString(CultureInfo.InvariantCulture), cancellationToken);
    }

    /// <summary>Cleaning that fails does not keep a task from its end: what is left is noted in rows and cleaned later.</summary>
    private async Task CleanAsync(long projectId, CancellationToken cancellationToken)
    {
        try
        {
            await janitor.CleanAsync(projectId, cancellationToken);
        }
        catch (Exception exception)
            when (exception is IOException or UnauthorizedAccessException or InvalidOperationException or PostgresException)
        {
            LogNotCleaned(exception, projectId);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Progress could not be written; trying again")]
    private partial void LogFailed(Exception exception);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Project {ProjectId} could not be cleaned of what is no longer used; trying again later"
    )]
    private partial void LogNotCleaned(Exception exception, long projectId);
}
