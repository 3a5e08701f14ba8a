using System.Globalization;
using Npgsql;
using RagPy.Core.Pipeline;
using RagPy.Core.Projects;
using RagPy.Core.Settings;

namespace RagPy.Core.Providers;

/// <summary>Reads the ledger, and holds sessions to their caps.</summary>
public sealed class SpendingService(
    NpgsqlDataSource dataSource,
    ProjectAccess access,
    PersonSpendingService persons,
    RagPySettings settings,
    TimeProvider time
)
{
    /// <summary>What a session has cost so far.</summary>
    /// <exception cref="NotFoundException">No such session for this person.</exception>
    public async Task<Spending> GetAsync(long personId, long sessionId, CancellationToken cancellationToken)
    {
        await access.RequireSessionAsync(personId, sessionId, ProjectRole.Viewer, cancellationToken);
        var (spent, cap) = await ReadAsync(sessionId, cancellationToken);
        const string waiting = """
            SELECT failure_reason FROM work_items WHERE session_id = $1 AND state = 1 AND failure_code = $2 AND not_before > $3 ORDER BY id LIMIT 1
            """;
        await using var command = Sql.Command(dataSource, waiting, sessionId, (int)FailureCode.ProviderQuota, time.GetUtcNow());
        var reason = await command.ExecuteScalarAsync(cancellationToken) as string;
        var lines = await ReadLinesAsync(sessionId, cancellationToken);
        var person = await persons.GetAsync(personId, months: 1, cancellationToken);
        return new Spending(spent, cap, reason, lines, new MonthlySpending(person.Month, person.Spent, person.Cap));
    }

    /// <summary>Sets the cap; documents that wait for it go on at once when there is room again.</summary>
    /// <param name="cap">US dollars; null for the default.</param>
    /// <exception cref="ArgumentOutOfRangeException">The cap is negative.</exception>
    /// <exception cref="NotFoundException">No such session for this person.</exception>
    /// <exception cref="AccessDeniedException">The person is not the project's owner.</exception>
    public async Task SetCapAsync(long personId, long sessionId, decimal? cap, CancellationToken cancellationToken)
    {
        if (cap is { } given)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(given);
        }

        await access.RequireSessionAsync(personId, sessionId, ProjectRole.Owner, cancellationToken);
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        const string set = "UPDATE sessions SET spending_cap = $2 WHERE id = $1";
        await Sql.ExecuteAsync(connection, set, [sessionId, cap], cancellationToken);
        const string hurry = "UPDATE work_items SET not_before = $3 WHERE session_id = $1 AND state = 1 AND failure_code = $2";
        await Sql.ExecuteAsync(connection, hurry, [sessionId, (int)FailureCode.ProviderQuota, time.GetUtcNow()], cancellationToken);
        foreach (var queue in (string[])[Queues.Recognition, Queues.Recode, Queues.Embeddings])
        {
            await Sql.NotifyAsync(connection, Channels.Work, queue, cancellationToken);
        }
    }

    /// <summary>
    /// Lets paid work on a session go on while its cap is not reached. What is on order in batches counts as spent; what is under way otherwise may go a little
    /// beyond the cap.
    /// </summary>
    /// <exception cref="PausedException">The session's cap, or the person's for this month, is reached.</exception>
    /// <param name="personId">Who started the run.</param>
    internal async Task RequireAsync(long sessionId, long personId, CancellationToken cancellationToken)
    {
        await persons.RequireAsync(personId, cancellationToken);
        var (spent, cap) = await ReadAsync(sessionId, cancellationToken);
        if (cap is not { } most)
        {
            return;
        }

        const string orders = "SELECT coalesce(sum(cost), 0) FROM recognition_batch_files WHERE session_id = $1 AND state < 3";
        await using var command = Sql.Command(dataSource, orders, sessionId);
        var ordered = (decimal)(await command.ExecuteScalarAsync(cancellationToken))!;
        if (spent + ordered >= most)
        {
            var more = ordered > 0 ? string.Create(CultureInfo.InvariantCulture, $", ${ordered:0.00##} on order") : "";
            var reason = string.Create(
                CultureInfo.InvariantCulture,
                $"The session's cap of ${most:0.00##} is reached (spent ${spent:0.00##}{more}): raise it to go on."
            );
            throw new PausedException(new Failure(FailureCode.ProviderQuota, reason));
        }
    }

    private async Task<(decimal Spent, decimal? Cap)> ReadAsync(long sessionId, CancellationToken cancellationToken)
    {
        const string sql = """
            SELECT (SELECT coalesce(sum(cost), 0) FROM provider_ledger WHERE session_id = $1), (SELECT spending_cap FROM sessions WHERE id = $1)
            """;
        await using var command = Sql.Command(dataSource, sql, sessionId);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        decimal? standard = settings.SpendingCap > 0 ? (decimal)settings.SpendingCap : null;
        return (reader.GetDecimal(0), reader.IsDBNull(1) ? standard : reader.GetDecimal(1));
    }

    private async Task<IReadOnlyList<SpendingLine>> ReadLinesAsync(long sessionId, CancellationToken cancellationToken)
    {
        const string sql = """
            SELECT provider, model, operation, count(*), sum(input_tokens)::bigint, sum(output_tokens)::bigint, sum(pages)::bigint, sum(cost)
            FROM provider_ledger WHERE session_id = $1 GROUP BY provider, model, operation ORDER BY provider, model, operation
            """;
        await using var command = Sql.Command(dataSource, sql, sessionId);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var lines = new List<SpendingLine>();
        while (await reader.ReadAsync(cancellationToken))
        {
            lines.Add(
                new SpendingLine(
                    reader.GetString(0),
                    reader.GetString(1),
                    reader.GetString(2),
                    reader.GetInt64(3),
                    reader.GetInt64(4),
                    reader.GetInt64(5),
                    reader.GetInt64(6),
                    reader.IsDBNull(7) ? null : reader.GetDecimal(7)
                )
            );
        }

        return lines;
    }
}
