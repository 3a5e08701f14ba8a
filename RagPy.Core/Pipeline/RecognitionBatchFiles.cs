using Npgsql;
using NpgsqlTypes;

namespace RagPy.Core.Pipeline;

/// <summary>The statements on files that are read in batches, as far as documents are concerned.</summary>
internal sealed class RecognitionBatchFiles(NpgsqlDataSource dataSource, TimeProvider time)
{
    /// <summary>How long documents are woken after their file is closed: one may just have been on its way to wait.</summary>
    private static readonly TimeSpan s_waking = TimeSpan.FromMinutes(10);

    /// <summary>Finds a file of a project; null when it never was in a batch.</summary>
    public async Task<KnownBatchedFile?> FindAsync(long projectId, string fileHash, string version, CancellationToken cancellationToken)
    {
        const string sql = """
            SELECT f.id, f.state, f.task_id, coalesce(b.requests, 0), coalesce(b.completed, 0), b.trouble
            FROM recognition_batch_files f LEFT JOIN recognition_batches b ON b.id = f.batch_id
            WHERE f.project_id = $1 AND f.file_hash = $2 AND f.version = $3
            """;
        await using var command = Sql.Command(dataSource, sql, projectId, fileHash, version);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new KnownBatchedFile(
                reader.GetInt64(0),
                (BatchedFileState)reader.GetInt32(1),
                reader.GetInt64(2),
                reader.GetInt32(3),
                reader.GetInt32(4),
                await reader.IsDBNullAsync(5, cancellationToken) ? null : reader.GetString(5)
            )
            : null;
    }

    /// <summary>Takes a file back that still waits for a batch.</summary>
    /// <returns>False when it is in one by now.</returns>
    public async Task<bool> WithdrawAsync(long id, CancellationToken cancellationToken)
    {
        await using var command = Sql.Command(dataSource, "DELETE FROM recognition_batch_files WHERE id = $1 AND state = 1", id);
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    /// <summary>Lets a file wait for a batch, unless it does, or is in one.</summary>
    public async Task AddAsync(BatchedFile file, CancellationToken cancellationToken)
    {
        const string sql = """
            INSERT INTO recognition_batch_files (state, project_id, session_id, person_id, task_id, document_id, file_hash, file_length,
                version, pages, cost, attempt, created_at, model)
            VALUES (1, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, $11, $12)
            ON CONFLICT (project_id, file_hash, version) DO UPDATE
            SET state = 1, batch_id = NULL, session_id = excluded.session_id, person_id = excluded.person_id, task_id = excluded.task_id,
                document_id = excluded.document_id, file_length = excluded.file_length, pages = excluded.pages, cost = excluded.cost,
                attempt = 0, model = excluded.model, uploaded = NULL, created_at = excluded.created_at, closed_at = NULL
            WHERE recognition_batch_files.state = 3
            """;
        await using var command = Sql.Command(
            dataSource,
            sql,
            file.ProjectId,
            file.SessionId,
            file.PersonId,
            file.TaskId,
            file.DocumentId,
            file.FileHash,
            file.FileLength,
            file.Version,
            file.Pages
        );
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)file.Cost ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Numeric });
        command.Parameters.Add(new NpgsqlParameter { Value = file.CreatedAt });
        command.Parameters.Add(new NpgsqlParameter { Value = file.Model });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Tells the documents that wait for a batch how far it has come.</summary>
    public async Task TellAsync(RecognitionBatch batch, CancellationToken cancellationToken)
    {
        const string sql = """
            UPDATE work_items w SET failure_reason = $2
            FROM recognition_batch_files f JOIN documents d ON d.project_id = f.project_id AND d.file_hash = f.file_hash
            WHERE f.batch_id = $1 AND f.state = 2 AND w.document_id = d.id AND w.stage = $3 AND w.state = 1
              AND starts_with(w.failure_reason, $4) AND w.failure_reason <> $2
            """;
        var reason = RecognitionBatchGate.ReasonOf(batch.Requests, batch.Completed, batch.Trouble);
        await using var command = Sql.Command(dataSource, sql, batch.Id, reason, (int)Stage.Recognize, RecognitionBatchGate.Waits);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Lets the documents go on that wait for a file that is closed.</summary>
    public async Task WakeAsync(CancellationToken cancellationToken)
    {
        const string sql = """
            UPDATE work_items w SET not_before = $1
            FROM recognition_batch_files f JOIN documents d ON d.project_id = f.project_id AND d.file_hash = f.file_hash
            WHERE f.state = 3 AND f.closed_at > $2 AND w.document_id = d.id AND w.stage = $3 AND w.state = 1 AND w.not_before > $1
              AND starts_with(w.failure_reason, $4)
            """;
        var now = time.GetUtcNow();
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        object?[] values = [now, now - s_waking, (int)Stage.Recognize, RecognitionBatchGate.Waits];
        if (await Sql.ExecuteAsync(connection, sql, values, cancellationToken) > 0)
        {
            await Sql.NotifyAsync(connection, Channels.Work, Queues.Recognition, cancellationToken);
        }
    }
}
