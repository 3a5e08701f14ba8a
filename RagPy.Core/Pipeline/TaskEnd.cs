using System.Globalization;
using Npgsql;

namespace RagPy.Core.Pipeline;

/// <summary>The statements that end a task.</summary>
internal static class TaskEnd
{
    /// <summary>Takes every open item of the task back and marks its documents, fenced against workers that still run them.</summary>
    private const string CloseItems = """
        WITH closed AS (
            UPDATE work_items SET state = 5, fence = fence + 1, worker_id = NULL, lease_until = NULL, failure_code = $3, failure_reason = $4, updated_at = $2
            WHERE task_id = $1 AND state IN (1, 2)
            RETURNING document_id
        )
        UPDATE documents SET state = 3, failure_code = $3, failure_reason = $4, updated_at = $2
        WHERE id IN (SELECT document_id FROM closed)
        """;

    /// <summary>Cancels a task that has not ended.</summary>
    public static async Task CancelAsync(NpgsqlDataSource dataSource, long taskId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        const string sql = "UPDATE tasks SET state = 4, cancel_requested_at = $2, finished_at = $2 WHERE id = $1 AND state IN (1, 2)";
        if (await Sql.ExecuteAsync(connection, sql, [taskId, now], cancellationToken) == 1)
        {
            var reason = "The task was cancelled; bring the source in again to go on.";
            await Sql.ExecuteAsync(connection, CloseItems, [taskId, now, (int)FailureCode.Cancelled, reason], cancellationToken);
            await NotifyAsync(connection, taskId, cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>
    /// Ends the task of a reading work item because its source cannot be read; part of the item's completion. Nobody would go on with the documents the
    /// task had taken on, so they end as well.
    /// </summary>
    public static async Task FailAsync(
        NpgsqlConnection connection,
        long readItemId,
        string error,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        // The item may have moved to another task since it was claimed: its row says which.
        const string sql = """
            UPDATE tasks SET state = 5, error = $3, finished_at = $2
            WHERE id = (SELECT task_id FROM work_items WHERE id = $1) AND state IN (1, 2) RETURNING id
            """;
        await using var command = Sql.Command(connection, sql, readItemId, now, error);
        if (await command.ExecuteScalarAsync(cancellationToken) is long taskId)
        {
            var reason = "The source could not be read to its end; bring it in again to go on.";
            await Sql.ExecuteAsync(connection, CloseItems, [taskId, now, (int)FailureCode.Cancelled, reason], cancellationToken);
            await NotifyAsync(connection, taskId, cancellationToken);
        }
    }

    private static async Task NotifyAsync(NpgsqlConnection connection, long taskId, CancellationToken cancellationToken)
    {
        var id = taskId.ToString(CultureInfo.InvariantCulture);
        await Sql.NotifyAsync(connection, Channels.Cancel, id, cancellationToken);
        await Sql.NotifyAsync(connection, Channels.Progress, id, cancellationToken);
    }
}
