using Npgsql;
using RagPy.Core.Extraction.Recognition;
using RagPy.Core.Providers;
using RagPy.Core.Storage;

namespace RagPy.Core.Pipeline;

/// <summary>The statements that put files into batches and take them out. Who executes them holds <see cref="AdvisoryLocks.RecognitionBatches"/>.</summary>
internal sealed class RecognitionBatchStore(NpgsqlDataSource dataSource, PriceTable prices, TimeProvider time)
{
    /// <summary>How long what has ended is still shown to who asks for it.</summary>
    private static readonly TimeSpan s_kept = TimeSpan.FromDays(7);

    private static readonly TimeSpan s_recent = TimeSpan.FromMinutes(10);

    /// <summary>Whether there is anything to look after.</summary>
    public async Task<bool> IsBusyAsync(CancellationToken cancellationToken)
    {
        const string sql = """
            SELECT EXISTS (SELECT FROM recognition_batch_files WHERE state < 3 OR closed_at > $1)
                OR EXISTS (SELECT FROM recognition_batches WHERE state < 5)
            """;
        await using var command = Sql.Command(dataSource, sql, time.GetUtcNow() - s_recent);
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>Drops files that wait although no document does any more, and rows that nobody will ask for.</summary>
    public async Task ForgetAsync(CancellationToken cancellationToken)
    {
        const string unwanted = """
            DELETE FROM recognition_batch_files f WHERE f.state = 1 AND NOT EXISTS (
                SELECT FROM work_items w JOIN documents d ON d.id = w.document_id
                WHERE w.project_id = f.project_id AND w.stage = $1 AND w.state IN (1, 2) AND d.file_hash = f.file_hash)
            """;
        const string old = """
            WITH files AS (DELETE FROM recognition_batch_files WHERE state = 3 AND closed_at < $1)
            DELETE FROM recognition_batches WHERE state = 5 AND ended_at < $1
            """;
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await Sql.ExecuteAsync(connection, unwanted, [(int)Stage.Recognize], cancellationToken);
        await Sql.ExecuteAsync(connection, old, [time.GetUtcNow() - s_kept], cancellationToken);
    }

    /// <summary>What waits for a batch.</summary>
    public async Task<List<WaitingFiles>> WaitingAsync(CancellationToken cancellationToken)
    {
        const string sql = """
            SELECT model, version, sum(cardinality(pages))::int, min(created_at), max(created_at),
                   EXISTS (SELECT FROM work_items WHERE state IN (1, 2) AND (stage = ANY($1) OR (stage = $2 AND (state = 2 OR not_before <= $3))))
            FROM recognition_batch_files WHERE state = 1 GROUP BY model, version ORDER BY min(created_at)
            """;
        int[] before = [(int)Stage.Read, (int)Stage.Extract];
        await using var command = Sql.Command(dataSource, sql, before, (int)Stage.Recognize, time.GetUtcNow());
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var waiting = new List<WaitingFiles>();
        while (await reader.ReadAsync(cancellationToken))
        {
            waiting.Add(
                new WaitingFiles(
                    reader.GetString(0),
                    reader.GetString(1),
                    reader.GetInt32(2),
                    reader.GetFieldValue<DateTimeOffset>(3),
                    reader.GetFieldValue<DateTimeOffset>(4),
                    reader.GetBoolean(5)
                )
            );
        }

        return waiting;
    }

    /// <summary>Leaves what waits to ordinary calls.</summary>
    public async Task CloseWaitingAsync(string version, CancellationToken cancellationToken)
    {
        const string sql = "UPDATE recognition_batch_files SET state = 3, closed_at = $2 WHERE state = 1 AND version = $1";
        await using var command = Sql.Command(dataSource, sql, version, time.GetUtcNow());
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Makes a batch of what waits, the oldest first.</summary>
    /// <param name="maxPages">Reached by the last file at most.</param>
    public async Task BeginAsync(WaitingFiles waiting, int maxPages, CancellationToken cancellationToken)
    {
        const string sql = """
            WITH batch AS (
                INSERT INTO recognition_batches (id, state, model, created_at, next_look, requests, completed, failures, leftovers)
                VALUES ($1, 1, $2, $3, $3, 0, 0, 0, '{}')
                RETURNING id
            ), chosen AS (
                SELECT id FROM (
                    SELECT id, sum(cardinality(pages)) OVER (ORDER BY id) - cardinality(pages) AS before
                    FROM recognition_batch_files WHERE state = 1 AND version = $4) s
                WHERE before < $5
            )
            UPDATE recognition_batch_files f SET state = 2, batch_id = batch.id FROM batch, chosen WHERE f.id = chosen.id AND f.state = 1
            """;
        var now = time.GetUtcNow();
        await using var command = Sql.Command(dataSource, sql, Guid.NewGuid(), waiting.Model, now, waiting.Version, (long)maxPages);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Notes where a file is at the provider.</summary>
    public async Task NoteUploadedAsync(long file, string uploaded, CancellationToken cancellationToken)
    {
        await using var command = Sql.Command(dataSource, "UPDATE recognition_batch_files SET uploaded = $2 WHERE id = $1", file, uploaded);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Leaves a file of a batch to ordinary calls.</summary>
    public async Task CloseAsync(long file, CancellationToken cancellationToken)
    {
        const string sql = "UPDATE recognition_batch_files SET state = 3, closed_at = $2 WHERE id = $1 AND state = 2";
        await using var command = Sql.Command(dataSource, sql, file, time.GetUtcNow());
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Stores what a batch brought of one file, with the entry of the ledger, and closes the file; all or nothing, and once.</summary>
    /// <param name="charged">Pages that the provider counted.</param>
    /// <param name="again">Pages that are to be put into another batch; the file then waits instead of being closed.</param>
    public async Task StoreAsync(
        BatchedFile file,
        string model,
        IReadOnlyList<RecognizedPage> pages,
        int charged,
        int[] again,
        CancellationToken cancellationToken
    )
    {
        const string close = """
            UPDATE recognition_batch_files
            SET state = CASE WHEN cardinality($2::int[]) > 0 THEN 1 ELSE 3 END, closed_at = $3, created_at = $3, attempt = attempt + 1,
                cost = CASE WHEN cardinality(pages) > 0 THEN cost * cardinality($2::int[]) / cardinality(pages) END,
                pages = CASE WHEN cardinality($2::int[]) > 0 THEN $2 ELSE pages END,
                batch_id = CASE WHEN cardinality($2::int[]) > 0 THEN NULL ELSE batch_id END, uploaded = NULL
            WHERE id = $1 AND state = 2
            """;
        var now = time.GetUtcNow();
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (await Sql.ExecuteAsync(connection, close, [file.Id, again, now], cancellationToken) == 1 && charged > 0)
        {
            var owner = await FindOwnerAsync(connection, file, cancellationToken);
            var results = pages.Select(page => (KeyOf(file, page.Index), owner, RecognizedPages.Encode(page))).ToList();
            await using var batch = new NpgsqlBatch(connection);
            batch.BatchCommands.Add(BoughtResults.Cache(file.ProjectId, results, now));
            batch.BatchCommands.Add(BoughtResults.Ledger(EntryOf(file, model, charged), now));
            await batch.ExecuteNonQueryAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>The document that it was bought for, or another of the same file where that one is gone.</summary>
    private static async Task<Guid> FindOwnerAsync(NpgsqlConnection connection, BatchedFile file, CancellationToken cancellationToken)
    {
        const string sql = "SELECT id FROM documents WHERE project_id = $1 AND file_hash = $2 ORDER BY id <> $3 LIMIT 1";
        await using var command = Sql.Command(connection, sql, file.ProjectId, file.FileHash, file.DocumentId);
        return await command.ExecuteScalarAsync(cancellationToken) as Guid? ?? file.DocumentId;
    }

    private static Guid KeyOf(BatchedFile file, int page) =>
        RecognizedPages.KeyOf(RecognitionChoices.Mistral, file.Version, options: "", file.FileHash, page);

    private ProviderLedgerEntry EntryOf(BatchedFile file, string model, int charged) =>
        new()
        {
            PersonId = file.PersonId,
            ProjectId = file.ProjectId,
            SessionId = file.SessionId,
            Provider = ProviderEndpoints.Mistral,
            Model = model,
            Operation = "ocr",
            Pages = charged,
            Cost = prices.Find(ProviderEndpoints.Mistral, model)?.OfBatch(charged),
        };
}
