using System.Text;
using Npgsql;
using RagPy.Core.CleanUp;
using RagPy.Core.Providers;

namespace RagPy.Core.Pipeline;

/// <summary>Reads chunks that wait for the clean-up, finds texts that were paid for before, and stores new ones.</summary>
internal sealed class CleanUpWriter(NpgsqlDataSource dataSource, TimeProvider time)
{
    /// <summary>The first to say what became of a chunk is believed: what comes later is the same, or came too late.</summary>
    private const string ChunkSql = """
        UPDATE chunks SET clean_outcome = $4, clean_text = $5
        WHERE document_id = $1 AND generation = $2 AND ordinal = $3 AND clean_outcome IS NULL
        """;

    /// <summary>The next chunks of a document of which nothing is known yet.</summary>
    public async Task<List<CleanUpWork>> ReadAsync(ChunkInput input, int after, int count, CancellationToken cancellationToken)
    {
        const string sql = """
            SELECT c.ordinal, c.text, c.token_count,
                   coalesce((SELECT array_agg(DISTINCT p.engine) FROM pages p WHERE p.extraction_id = $5
                             AND p.page_index IN (SELECT c.spans[n] FROM generate_series(1, cardinality(c.spans), 3) n)), '{}')
            FROM chunks c
            WHERE c.document_id = $1 AND c.generation = $2 AND c.ordinal > $3 AND c.clean_outcome IS NULL ORDER BY c.ordinal LIMIT $4
            """;
        object?[] values = [input.DocumentId, input.Item.Generation, after, count, input.Item.ExtractionId];
        await using var command = Sql.Command(dataSource, sql, values);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var works = new List<CleanUpWork>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var needed = reader.GetFieldValue<string[]>(3).Any(CleanUpRules.Cleans);
            works.Add(
                new CleanUpWork(
                    input.Item,
                    input.CleanUp,
                    input.Language,
                    reader.GetInt32(0),
                    reader.GetString(1),
                    reader.GetInt32(2),
                    needed
                )
            );
        }

        return works;
    }

    /// <summary>The clean text that the project has of a chunk's; null when it has none.</summary>
    public async Task<string?> FindAsync(CleanUpWork work, CancellationToken cancellationToken)
    {
        var found = await BoughtResults.FindAsync(dataSource, work.Item.ProjectId, [work.Key], cancellationToken);
        return found.TryGetValue(work.Key, out var value) ? Encoding.UTF8.GetString(value) : null;
    }

    /// <summary>Stores what one call brought, with its entry of the ledger. Only a text that was accepted is kept for others.</summary>
    public async Task StoreAsync(CleanUpWork work, CleanUpAnswer answer, ProviderLedgerEntry entry, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var batch = new NpgsqlBatch(connection);
        if (answer.IsAccepted)
        {
            var value = Encoding.UTF8.GetBytes(answer.Text);
            batch.BatchCommands.Add(BoughtResults.Cache(work.Item.ProjectId, [(work.Key, work.Item.DocumentId!.Value, value)], now));
        }

        batch.BatchCommands.Add(BoughtResults.Ledger(entry, now));
        batch.BatchCommands.Add(BoughtResults.Command(ChunkSql, ValuesOf(work, answer)));
        await batch.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Says what became of a chunk.</summary>
    public async Task WriteAsync(CleanUpWork work, CleanUpAnswer answer, CancellationToken cancellationToken)
    {
        await using var command = Sql.Command(dataSource, ChunkSql, ValuesOf(work, answer));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Chunks of a document's generation by what became of them.</summary>
    public async Task<Dictionary<CleanUpOutcome, int>> CountAsync(ClaimedItem item, CancellationToken cancellationToken)
    {
        const string sql = """
            SELECT clean_outcome, count(*)::int FROM chunks
            WHERE document_id = $1 AND generation = $2 AND clean_outcome IS NOT NULL GROUP BY clean_outcome
            """;
        await using var command = Sql.Command(dataSource, sql, item.DocumentId, item.Generation);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var counts = new Dictionary<CleanUpOutcome, int>();
        while (await reader.ReadAsync(cancellationToken))
        {
            counts[(CleanUpOutcome)reader.GetInt32(0)] = reader.GetInt32(1);
        }

        return counts;
    }

    private static object?[] ValuesOf(CleanUpWork work, CleanUpAnswer answer) =>
        [
            work.Item.DocumentId,
            work.Item.Generation,
            work.Ordinal,
            (int)answer.Outcome,
            answer.Outcome == CleanUpOutcome.Cleaned ? answer.Text : null,
        ];
}
