using System.Globalization;
using Npgsql;
using RagPy.Core.Projects;

namespace RagPy.Core.Pipeline;

/// <summary>
/// Reads what changed in a task since a position, on whatever replica. A position is a transaction number of PostgreSQL: that of the oldest transaction
/// still open when it was read. What commits later, in whatever order, has a number at least as large, so that nothing is ever missed; some of what was
/// read before may be read again. Access is checked by the caller.
/// </summary>
public sealed class TaskChangeReader(NpgsqlDataSource dataSource, NotificationHub notifications, TimeProvider time)
{
    /// <summary>Failed documents in one answer; the changes themselves carry every reason.</summary>
    private const int MaxFailures = 100;

    /// <summary>
    /// A row's <c>xmin</c> is the number of the transaction that wrote it, its lower 32 bits; the upper ones follow from the present number, since no row is
    /// four thousand million transactions older than the last change of its task that anybody waits for. $1 task, $2 position.
    /// </summary>
    private const string ChangesSql = """
        WITH present AS MATERIALIZED (
            SELECT pg_snapshot_xmin(s)::text::bigint AS oldest, pg_snapshot_xmax(s)::text::bigint AS next FROM pg_current_snapshot() s
        ), items AS (
            SELECT w.id, w.document_id, w.stage, w.state, w.failure_code, w.failure_reason,
                   present.next - ((present.next - w.xmin::text::bigint) & 4294967295) AS written
            FROM present, work_items w WHERE w.task_id = $1 AND w.document_id IS NOT NULL
        )
        SELECT present.oldest, i.document_id, i.stage, i.state, i.failure_code, i.failure_reason, i.written
        FROM present LEFT JOIN items i ON i.written >= $2 ORDER BY i.id
        """;

    /// <summary>The task and its changes; null when it does not exist any more.</summary>
    /// <param name="since">A position read before, by any process; 0 for everything.</param>
    public async Task<TaskChanges?> ReadAsync(long taskId, long since, CancellationToken cancellationToken)
    {
        // Progress first: when it says that the task has ended, all changes are there for the second statement.
        var progress = await ProgressReader.ReadAsync(dataSource, taskId, time.GetUtcNow(), cancellationToken, MaxFailures);
        if (progress is null)
        {
            return null;
        }

        await using var command = Sql.Command(dataSource, ChangesSql, taskId, since);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var documents = new List<(DocumentChange, long)>();
        var position = since;
        while (await reader.ReadAsync(cancellationToken))
        {
            position = reader.GetInt64(0);
            if (!reader.IsDBNull(1))
            {
                documents.Add((ReadDocument(reader), reader.GetInt64(6)));
            }
        }

        return new TaskChanges(progress, documents, position);
    }

    /// <summary>Calls back whenever something of the task may have changed. Some changes come without a call: whoever waits also reads now and then.</summary>
    /// <param name="changed">Must be quick and must not throw.</param>
    /// <returns>Ends the calls when disposed.</returns>
    public IDisposable Subscribe(long taskId, Action changed)
    {
        ArgumentNullException.ThrowIfNull(changed);
        var wanted = taskId.ToString(CultureInfo.InvariantCulture);
        return notifications.Subscribe(
            (channel, payload) =>
            {
                if (channel.Length == 0 || (channel == Channels.Progress && payload == wanted))
                {
                    changed();
                }
            }
        );
    }

    private static DocumentChange ReadDocument(NpgsqlDataReader reader)
    {
        var state = (WorkItemState)reader.GetInt32(3);
        var hasFailed = state is WorkItemState.Failed or WorkItemState.Cancelled;
        return new DocumentChange(
            reader.GetGuid(1),
            (Stage)reader.GetInt32(2),
            state switch
            {
                WorkItemState.Pending => DocumentProgress.Pending,
                WorkItemState.Leased => DocumentProgress.Running,
                WorkItemState.Done => DocumentProgress.Indexed,
                _ => DocumentProgress.Failed,
            },
            hasFailed && !reader.IsDBNull(4) ? (FailureCode)reader.GetInt32(4) : null,
            hasFailed && !reader.IsDBNull(5) ? reader.GetString(5) : null
        );
    }
}
