using Npgsql;

namespace RagPy.Core.Pipeline;

/// <summary>The statements that begin a task, in the caller's transaction.</summary>
internal sealed record TaskStart(
    long ProjectId,
    long PersonId,
    string Location,
    TaskRequest Request,
    string TraceParent,
    DateTimeOffset Now
)
{
    /// <summary>Gives the id of the task that will read the source.</summary>
    public async Task<long> ExecuteAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        // The upsert locks the session's row: two starts of one session come one after the other.
        var sessionId = await UpsertSessionAsync(connection, cancellationToken);
        var active = await FindActiveAsync(connection, sessionId, cancellationToken);
        if (active is { SourceRead: false })
        {
            await JoinAsync(connection, active.Value.Id, cancellationToken);
            return active.Value.Id;
        }

        if (active is not null)
        {
            await CloseAsync(connection, active.Value.Id, cancellationToken);
        }

        var taskId = await InsertTaskAsync(connection, sessionId, cancellationToken);
        if (active is not null)
        {
            await MoveItemsAsync(connection, active.Value.Id, taskId, cancellationToken);
        }

        await InsertReadItemAsync(connection, sessionId, taskId, cancellationToken);
        return taskId;
    }

    /// <summary>Only makes the session, or finds it; gives its id.</summary>
    public async Task<long> UpsertSessionAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        const string sql = """
            INSERT INTO sessions (project_id, name, source_kind, source_location, settings, created_by, created_at, updated_at, cleaned_up)
            VALUES ($1, $2, '', $3, CASE WHEN $6::text IS NULL THEN '{}'::jsonb ELSE jsonb_build_object('vectors_of', $6::text) END, $4, $5, $5, false)
            ON CONFLICT (project_id, source_location) DO UPDATE
            SET updated_at = excluded.updated_at, settings = sessions.settings || excluded.settings
            RETURNING id
            """;
        var name = Request.Name ?? Path.GetFileName(Location);
        name = name.Length == 0 ? Location : name;
        await using var command = Sql.Command(connection, sql, ProjectId, name, Location, PersonId, Now, Request.VectorsOf);
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private static async Task<(long Id, bool SourceRead)?> FindActiveAsync(
        NpgsqlConnection connection,
        long sessionId,
        CancellationToken cancellationToken
    )
    {
        const string sql = "SELECT id, source_read FROM tasks WHERE session_id = $1 AND state IN (1, 2) FOR UPDATE";
        await using var command = Sql.Command(connection, sql, sessionId);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? (reader.GetInt64(0), reader.GetBoolean(1)) : null;
    }

    private async Task JoinAsync(NpgsqlConnection connection, long taskId, CancellationToken cancellationToken)
    {
        const string sql = """
            UPDATE tasks SET retry_failed = retry_failed OR $2, priority = greatest(priority, $3) WHERE id = $1;
            """;
        await using (var command = Sql.Command(connection, sql, taskId, Request.RetryFailed, Request.Priority))
        {
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        await using var hurry = Sql.Command(
            connection,
            "UPDATE work_items SET not_before = least(not_before, $2) WHERE task_id = $1 AND document_id IS NULL AND state = 1",
            taskId,
            Now
        );
        await hurry.ExecuteNonQueryAsync(cancellationToken);
        await Sql.NotifyAsync(connection, Channels.Work, Queues.Extraction, cancellationToken);
    }

    private async Task CloseAsync(NpgsqlConnection connection, long taskId, CancellationToken cancellationToken)
    {
        const string sql =
            "UPDATE tasks SET state = 4, finished_at = $2, error = 'A later run of the same source has taken over.' WHERE id = $1";
        await using var command = Sql.Command(connection, sql, taskId, Now);
        await command.ExecuteNonQueryAsync(cancellationToken);
        await Sql.NotifyAsync(
            connection,
            Channels.Progress,
            taskId.ToString(System.Globalization.CultureInfo.InvariantCulture),
            cancellationToken
        );
    }

    private async Task<long> InsertTaskAsync(NpgsqlConnection connection, long sessionId, CancellationToken cancellationToken)
    {
        const string sql = """
            INSERT INTO tasks (project_id, session_id, person_id, state, last_stage, priority, documents, documents_done, documents_failed, pages_done,
                               added, changed, unchanged, removed, retry_failed, source_read, created_at, trace_parent)
            VALUES ($1, $2, $3, 1, 4, $4, 0, 0, 0, 0, 0, 0, 0, 0, $5, false, $6, $7)
            RETURNING id
            """;
        await using var command = Sql.Command(
            connection,
            sql,
            ProjectId,
            sessionId,
            PersonId,
            Request.Priority,
            Request.RetryFailed,
            Now,
            TraceParent
        );
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>Leases and fences move with the rows: work in flight simply ends in the new task.</summary>
    private static async Task MoveItemsAsync(NpgsqlConnection connection, long fromTask, long toTask, CancellationToken cancellationToken)
    {
        const string sql = "UPDATE work_items SET task_id = $2 WHERE task_id = $1 AND state IN (1, 2)";
        await using var command = Sql.Command(connection, sql, fromTask, toTask);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task InsertReadItemAsync(NpgsqlConnection connection, long sessionId, long taskId, CancellationToken cancellationToken)
    {
        const string sql = """
            INSERT INTO work_items (task_id, project_id, session_id, person_id, stage, state, priority, attempts, failures, fence, not_before, created_at, updated_at)
            VALUES ($1, $2, $3, $4, 0, 1, $5, 0, 0, 0, $6, $6, $6)
            """;
        await using (var command = Sql.Command(connection, sql, taskId, ProjectId, sessionId, PersonId, Request.Priority, Now))
        {
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        await Sql.NotifyAsync(connection, Channels.Work, Queues.Extraction, cancellationToken);
    }
}
