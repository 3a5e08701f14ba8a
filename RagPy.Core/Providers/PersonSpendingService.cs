using System.Globalization;
using Npgsql;
using RagPy.Core.Pipeline;
using RagPy.Core.Settings;

namespace RagPy.Core.Providers;

/// <summary>Reads the ledger of a person, and holds all their sessions together to a cap for each calendar month (UTC).</summary>
public sealed class PersonSpendingService(NpgsqlDataSource dataSource, RagPySettings settings, TimeProvider time)
{
    /// <summary>Most months that one answer covers.</summary>
    public const int MaxMonths = 36;

    private decimal? Cap => settings.SpendingCapPerson > 0 ? (decimal)settings.SpendingCapPerson : null;

    private DateTimeOffset Month
    {
        get
        {
            var now = time.GetUtcNow();
            return new DateTimeOffset(now.Year, now.Month, 1, 0, 0, 0, TimeSpan.Zero);
        }
    }

    /// <summary>What a person's runs have cost.</summary>
    /// <param name="months">Months wanted, this one included.</param>
    public async Task<PersonSpending> GetAsync(long personId, int months, CancellationToken cancellationToken)
    {
        const string sql = """
            SELECT date_trunc('month', at AT TIME ZONE 'UTC')::date AS month, project_id, session_id, provider, model, operation, count(*),
                   sum(input_tokens)::bigint, sum(output_tokens)::bigint, sum(pages)::bigint, sum(cost)
            FROM provider_ledger WHERE person_id = $1 AND at >= $2
            GROUP BY month, project_id, session_id, provider, model, operation
            ORDER BY month DESC, provider, model, operation, session_id
            """;
        var month = Month;
        var lines = new List<PersonSpendingLine>();
        await using var command = Sql.Command(dataSource, sql, personId, month.AddMonths(1 - months));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            lines.Add(
                new PersonSpendingLine(
                    reader.GetFieldValue<DateOnly>(0),
                    reader.GetInt64(1),
                    reader.GetInt64(2),
                    reader.GetString(3),
                    reader.GetString(4),
                    reader.GetString(5),
                    reader.GetInt64(6),
                    reader.GetInt64(7),
                    reader.GetInt64(8),
                    reader.GetInt64(9),
                    await reader.IsDBNullAsync(10, cancellationToken) ? null : reader.GetDecimal(10)
                )
            );
        }

        var first = DateOnly.FromDateTime(month.UtcDateTime);

        return new PersonSpending(first, lines.Where(l => l.Month == first).Sum(l => l.Cost ?? 0), Cap, lines);
    }

    /// <summary>Lets paid work for a person go on while the cap of this month is not reached.</summary>
    /// <exception cref="PausedException">The cap is reached.</exception>
    internal async Task RequireAsync(long personId, CancellationToken cancellationToken)
    {
        if (Cap is not { } cap)
        {
            return;
        }

        // What is on order in batches counts as spent.
        const string sql = """
            SELECT (SELECT coalesce(sum(cost), 0) FROM provider_ledger WHERE person_id = $1 AND at >= $2)
                 + (SELECT coalesce(sum(cost), 0) FROM recognition_batch_files WHERE person_id = $1 AND state < 3)
            """;
        var month = Month;
        await using var command = Sql.Command(dataSource, sql, personId, month);
        var spent = (decimal)(await command.ExecuteScalarAsync(cancellationToken))!;
        if (spent >= cap)
        {
            var reason = string.Create(
                CultureInfo.InvariantCulture,
                $"The cap of ${cap:0.00##} a person and month is reached (spent ${spent:0.00##}): the run goes on by itself on {month.AddMonths(1):yyyy-MM-dd}, or when RAGPY_SPENDING_CAP_PERSON is raised."
            );
            throw new PausedException(new Failure(FailureCode.ProviderQuota, reason));
        }
    }
}
