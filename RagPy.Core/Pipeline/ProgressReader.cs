using Npgsql;

namespace RagPy.Core.Pipeline;

/// <summary>Reads where a task stands, in one round trip.</summary>
internal static class ProgressReader
{
    private const string TaskSql = """
        SELECT project_id, session_id, state, source_read, error, added, changed, unchanged, removed, started_at, finished_at, id, notes
        FROM tasks WHERE id = ANY($1)
        """;

    private const string CountsSql = """
        SELECT w.task_id, w.stage, w.state, count(*)::int, coalesce(sum(x.page_count), 0)::int, coalesce(sum(x.needs_ocr_pages), 0)::int,
               coalesce(sum(d.chunks_without_vector) FILTER (WHERE w.state = 3), 0)::int
        FROM work_items w LEFT JOIN extractions x ON x.id = w.extraction_id LEFT JOIN documents d ON d.id = w.document_id
        WHERE w.task_id = ANY($1) AND w.document_id IS NOT NULL
        GROUP BY w.task_id, w.stage, w.state ORDER BY w.task_id, w.stage, w.state
        """;

    private const string FailureColumns = """
        SELECT d.id, i.title, d.file_name, d.source_path, d.failure_code, d.failure_reason,
               EXISTS (SELECT FROM documents a WHERE a.item_id = d.item_id AND a.kind = 2 AND a.id <> d.id AND a.generation IS NOT NULL)
        """;

    private const string TaskFailuresSql =
        FailureColumns
        + """

            FROM work_items w JOIN documents d ON d.id = w.document_id JOIN items i ON i.id = d.item_id
            WHERE w.task_id = $1 AND w.state = 4 AND d.state = 3
            ORDER BY w.updated_at, w.id LIMIT $2
            """;

    private const string SessionFailuresSql =
        FailureColumns
        + """

            FROM session_documents s JOIN documents d ON d.id = s.document_id JOIN items i ON i.id = d.item_id
            WHERE s.session_id = $1 AND d.state = 3
            ORDER BY s.position, d.id
            """;

    /// <summary>Null when there is no such task.</summary>
    /// <param name="maxFailures">Most failures listed, the oldest first.</param>
    public static async Task<TaskProgress?> ReadAsync(
        NpgsqlDataSource dataSource,
        long taskId,
        DateTimeOffset now,
        CancellationToken cancellationToken,
        int maxFailures = TaskProgress.MaxFailures
    )
    {
        await using var batch = dataSource.CreateBatch();
        Add(batch, TaskSql, new[] { taskId });
        Add(batch, CountsSql, new[] { taskId });
        Add(batch, TaskFailuresSql, taskId, maxFailures);
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        var tasks = await ReadTasksAsync(reader, now, cancellationToken);
        if (!tasks.TryGetValue(taskId, out var task))
        {
            return null;
        }

        await reader.NextResultAsync(cancellationToken);
        return task with { Failures = await ReadFailuresAsync(reader, cancellationToken) };
    }

    /// <summary>Several tasks at once, by their ids, without the failed documents; those that do not exist are missing.</summary>
    public static async Task<IReadOnlyDictionary<long, TaskProgress>> ReadManyAsync(
        NpgsqlDataSource dataSource,
        long[] taskIds,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        if (taskIds.Length == 0)
        {
            return new Dictionary<long, TaskProgress>();
        }

        await using var batch = dataSource.CreateBatch();
        Add(batch, TaskSql, taskIds);
        Add(batch, CountsSql, taskIds);
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        return await ReadTasksAsync(reader, now, cancellationToken);
    }

    /// <summary>Every failed document of a session.</summary>
    public static async Task<IReadOnlyList<DocumentFailure>> ReadSessionFailuresAsync(
        NpgsqlDataSource dataSource,
        long sessionId,
        CancellationToken cancellationToken
    )
    {
        await using var command = Sql.Command(dataSource, SessionFailuresSql, sessionId);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await ReadFailuresAsync(reader, cancellationToken);
    }

    /// <summary>Reads the rows of tasks, and the counts that are the next result.</summary>
    private static async Task<Dictionary<long, TaskProgress>> ReadTasksAsync(
        NpgsqlDataReader reader,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var rows = new List<TaskProgress>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(ReadTask(reader, now));
        }

        await reader.NextResultAsync(cancellationToken);
        var counts = new List<(long Task, StageCount Count, int Pages, int NeedsOcr, int WithoutVector)>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var count = new StageCount((Stage)reader.GetInt32(1), (WorkItemState)reader.GetInt32(2), reader.GetInt32(3));
            counts.Add((reader.GetInt64(0), count, reader.GetInt32(4), reader.GetInt32(5), reader.GetInt32(6)));
        }

        var byTask = counts.ToLookup(c => c.Task);
        return rows.ToDictionary(
            row => row.TaskId,
            row =>
                WithCounts(
                    row,
                    [.. byTask[row.TaskId].Select(c => c.Count)],
                    byTask[row.TaskId].Sum(c => c.Pages),
                    byTask[row.TaskId].Sum(c => c.NeedsOcr)
                ) with
                {
                    ChunksWithoutVector = byTask[row.TaskId].Sum(c => c.WithoutVector),
                }
        );
    }

    private static TaskProgress ReadTask(NpgsqlDataReader reader, DateTimeOffset now)
    {
        var started = reader.IsDBNull(9) ? now : reader.GetFieldValue<DateTimeOffset>(9);
        var finished = reader.IsDBNull(10) ? now : reader.GetFieldValue<DateTimeOffset>(10);
        return new TaskProgress(
            reader.GetInt64(11),
            reader.GetInt64(0),
            reader.GetInt64(1),
            (TaskState)reader.GetInt32(2),
            reader.GetBoolean(3),
            reader.IsDBNull(4) ? null : reader.GetString(4),
            Documents: 0,
            Done: 0,
            Failed: 0,
            Cancelled: 0,
            Added: reader.GetInt32(5),
            Changed: reader.GetInt32(6),
            Unchanged: reader.GetInt32(7),
            Removed: reader.GetInt32(8),
            PagesDone: 0,
            NeedsOcrPages: 0,
            Stages: [],
            Elapsed: finished > started ? finished - started : TimeSpan.Zero,
            DocumentsPerSecond: 0,
            PagesPerSecond: 0,
            Remaining: null,
            Failures: []
        )
        {
            Notes = reader.GetFieldValue<string[]>(12),
        };
    }

    private static TaskProgress WithCounts(TaskProgress row, IReadOnlyList<StageCount> stages, int pages, int needsOcr)
    {
        int Of(WorkItemState state) => stages.Where(s => s.State == state).Sum(s => s.Count);
        var documents = stages.Sum(s => s.Count);
        var open = Of(WorkItemState.Pending) + Of(WorkItemState.Leased);
        var seconds = row.Elapsed.TotalSeconds;
        var rate = seconds > 0 ? (documents - open) / seconds : 0;
        return row with
        {
            Documents = documents,
            Done = Of(WorkItemState.Done),
            Failed = Of(WorkItemState.Failed),
            Cancelled = Of(WorkItemState.Cancelled),
            PagesDone = pages,
            NeedsOcrPages = needsOcr,
            Stages = stages,
            DocumentsPerSecond = rate,
            PagesPerSecond = seconds > 0 ? pages / seconds : 0,
            Remaining =
                row.IsEnded ? TimeSpan.Zero
                : row.SourceRead && rate > 0 ? TimeSpan.FromSeconds(open / rate)
                : null,
        };
    }

    private static async Task<IReadOnlyList<DocumentFailure>> ReadFailuresAsync(
        NpgsqlDataReader reader,
        CancellationToken cancellationToken
    )
    {
        var failures = new List<DocumentFailure>();
        while (await reader.ReadAsync(cancellationToken))
        {
            failures.Add(
                new DocumentFailure(
                    reader.GetGuid(0),
                    reader.GetString(1),
                    reader.GetString(2),
                    reader.GetString(3),
                    (FailureCode)reader.GetInt32(4),
                    await reader.IsDBNullAsync(5, cancellationToken) ? "" : reader.GetString(5),
                    reader.GetBoolean(6)
                )
            );
        }

        return failures;
    }

    private static void Add(NpgsqlBatch batch, string sql, params ReadOnlySpan<object> values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        batch.BatchCommands.Add(command);
    }
}
