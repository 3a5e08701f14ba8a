using Npgsql;
using NpgsqlTypes;
using RagPy.Core.Storage;

namespace RagPy.Core.Pipeline;

/// <summary>Reads and writes the rows of batches. Who writes them holds <see cref="AdvisoryLocks.RecognitionBatches"/>.</summary>
internal sealed class RecognitionBatchRows(NpgsqlDataSource dataSource, TimeProvider time)
{
    private const string Columns = """
        SELECT id, state, model, created_at, input_file, creating_at, job_id, submitted_at, requests, completed, next_look, failures, trouble,
               leftovers, ended_at
        FROM recognition_batches
        """;

    /// <summary>Batches that are to be looked at now, the oldest first.</summary>
    public async Task<List<RecognitionBatch>> DueAsync(CancellationToken cancellationToken)
    {
        await using var command = Sql.Command(
            dataSource,
            $"{Columns} WHERE state < 5 AND next_look <= $1 ORDER BY created_at, id",
            time.GetUtcNow()
        );
        return await ReadAsync(command, cancellationToken);
    }

    /// <summary>A batch as it is stored.</summary>
    public async Task<RecognitionBatch> GetAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var command = Sql.Command(dataSource, $"{Columns} WHERE id = $1", id);
        return (await ReadAsync(command, cancellationToken)).Single();
    }

    /// <summary>Writes how far a batch has come.</summary>
    public async Task SaveAsync(RecognitionBatch batch, CancellationToken cancellationToken)
    {
        const string sql = """
            UPDATE recognition_batches
            SET state = $2, requests = $3, completed = $4, next_look = $5, failures = $6, leftovers = $7, input_file = $8, job_id = $9, trouble = $10,
                creating_at = $11, submitted_at = $12, ended_at = $13
            WHERE id = $1
            """;
        await using var command = Sql.Command(
            dataSource,
            sql,
            batch.Id,
            (int)batch.State,
            batch.Requests,
            batch.Completed,
            batch.NextLook,
            batch.Failures,
            batch.Leftovers
        );
        foreach (var text in (string?[])[batch.InputFile, batch.JobId, batch.Trouble])
        {
            command.Parameters.Add(new NpgsqlParameter { Value = (object?)text ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        }

        foreach (var at in (DateTimeOffset?[])[batch.CreatingAt, batch.SubmittedAt, batch.EndedAt])
        {
            command.Parameters.Add(new NpgsqlParameter { Value = (object?)at ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz });
        }

        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Files of a batch that are not closed.</summary>
    public async Task<List<BatchedFile>> FilesOfAsync(Guid batch, CancellationToken cancellationToken)
    {
        const string sql = """
            SELECT id, project_id, session_id, person_id, task_id, document_id, file_hash, file_length, model, version, pages, attempt, uploaded
            FROM recognition_batch_files WHERE batch_id = $1 AND state = 2 ORDER BY id
            """;
        await using var command = Sql.Command(dataSource, sql, batch);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var files = new List<BatchedFile>();
        while (await reader.ReadAsync(cancellationToken))
        {
            files.Add(
                new BatchedFile
                {
                    Id = reader.GetInt64(0),
                    BatchId = batch,
                    State = BatchedFileState.Sent,
                    ProjectId = reader.GetInt64(1),
                    SessionId = reader.GetInt64(2),
                    PersonId = reader.GetInt64(3),
                    TaskId = reader.GetInt64(4),
                    DocumentId = reader.GetGuid(5),
                    FileHash = reader.GetString(6),
                    FileLength = reader.GetInt64(7),
                    Model = reader.GetString(8),
                    Version = reader.GetString(9),
                    Pages = reader.GetFieldValue<int[]>(10),
                    Attempt = reader.GetInt32(11),
                    Uploaded = reader.IsDBNull(12) ? null : reader.GetString(12),
                }
            );
        }

        return files;
    }

    private static async Task<List<RecognitionBatch>> ReadAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var batches = new List<RecognitionBatch>();
        while (await reader.ReadAsync(cancellationToken))
        {
            batches.Add(
                new RecognitionBatch
                {
                    Id = reader.GetGuid(0),
                    State = (RecognitionBatchState)reader.GetInt32(1),
                    Model = reader.GetString(2),
                    CreatedAt = reader.GetFieldValue<DateTimeOffset>(3),
                    InputFile = reader.IsDBNull(4) ? null : reader.GetString(4),
                    CreatingAt = TimeOrNull(reader, 5),
                    JobId = reader.IsDBNull(6) ? null : reader.GetString(6),
                    SubmittedAt = TimeOrNull(reader, 7),
                    Requests = reader.GetInt32(8),
                    Completed = reader.GetInt32(9),
                    NextLook = reader.GetFieldValue<DateTimeOffset>(10),
                    Failures = reader.GetInt32(11),
                    Trouble = reader.IsDBNull(12) ? null : reader.GetString(12),
                    Leftovers = reader.GetFieldValue<string[]>(13),
                    EndedAt = TimeOrNull(reader, 14),
                }
            );
        }

        return batches;
    }

    private static DateTimeOffset? TimeOrNull(NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.GetFieldValue<DateTimeOffset>(column);
}
