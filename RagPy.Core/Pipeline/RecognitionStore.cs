using Microsoft.Extensions.Logging;
using Npgsql;
using RagPy.Core.Extraction.Recognition;
using RagPy.Core.Providers;

namespace RagPy.Core.Pipeline;

/// <summary>Stores recognised pages as they come, with the entry of the ledger in the same transaction where they were paid for.</summary>
internal sealed partial class RecognitionStore(
    NpgsqlDataSource dataSource,
    SpendingService spending,
    PriceTable prices,
    WorkerLifetime lifetime,
    TimeProvider time,
    ILogger<RecognitionStore> logger
)
{
    private const int StoreTries = 60;

    private static readonly TimeSpan s_storeDelay = TimeSpan.FromSeconds(1);

    /// <summary>Cancelled when the process must end.</summary>
    public CancellationToken Aborting => lifetime.Aborting;

    /// <summary>Those of some pages that the project has, by their keys.</summary>
    public Task<HashSet<Guid>> FindAsync(long projectId, IReadOnlyCollection<Guid> keys, CancellationToken cancellationToken) =>
        BoughtResults.FindKeysAsync(dataSource, projectId, keys, cancellationToken);

    /// <summary>Lets paid work go on while the session's cap is not reached.</summary>
    /// <exception cref="PausedException">The cap is reached.</exception>
    public Task RequireRoomAsync(ClaimedItem item, CancellationToken cancellationToken) =>
        spending.RequireAsync(item.SessionId, item.PersonId, cancellationToken);

    /// <summary>Waits for a call; when that is given up, the call still ends by itself.</summary>
    public async Task WaitAsync(Task call, CancellationToken cancellationToken)
    {
        try
        {
            await call.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (!call.IsCompleted)
        {
            _ = call.ContinueWith(
                task => LogLost(task.Exception!),
                CancellationToken.None,
                TaskContinuationOptions.OnlyOnFaulted,
                TaskScheduler.Default
            );
            throw;
        }
    }

    /// <summary>Stores what a call brought.</summary>
    public async Task StoreAsync(ClaimedItem item, IReadOnlyList<(Guid Key, Guid Document, byte[] Value)> results, RecognitionAnswer answer)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await StoreOnceAsync(item, results, answer);
                return;
            }
            catch (NpgsqlException exception)
                when (answer.Provider.Length > 0 && ItemFailures.IsDatabaseAway(exception) && attempt < StoreTries)
            {
                // Paid for, so worth waiting until the database is back.
                LogNotStored(exception, results.Count);
                await Task.Delay(s_storeDelay, time, Aborting);
            }
        }
    }

    private async Task StoreOnceAsync(
        ClaimedItem item,
        IReadOnlyList<(Guid Key, Guid Document, byte[] Value)> results,
        RecognitionAnswer answer
    )
    {
        await using var connection = await dataSource.OpenConnectionAsync(Aborting);
        await using var transaction = await connection.BeginTransactionAsync(Aborting);
        await using var batch = new NpgsqlBatch(connection);
        var now = time.GetUtcNow();
        batch.BatchCommands.Add(BoughtResults.Cache(item.ProjectId, results, now));
        if (answer.Provider.Length > 0)
        {
            batch.BatchCommands.Add(BoughtResults.Ledger(EntryOf(item, answer), now));
        }

        await batch.ExecuteNonQueryAsync(Aborting);
        await transaction.CommitAsync(Aborting);
    }

    private ProviderLedgerEntry EntryOf(ClaimedItem item, RecognitionAnswer answer) =>
        new()
        {
            PersonId = item.PersonId,
            ProjectId = item.ProjectId,
            SessionId = item.SessionId,
            Provider = answer.Provider,
            Model = answer.Model,
            Operation = "ocr",
            InputTokens = answer.InputTokens,
            OutputTokens = answer.OutputTokens,
            Pages = answer.PagesCharged,
            Cost = prices.Find(answer.Provider, answer.Model)?.Of(answer.InputTokens, answer.OutputTokens, answer.PagesCharged),
        };

    [LoggerMessage(Level = LogLevel.Warning, Message = "The database is away; {Count} recognised pages wait to be stored")]
    private partial void LogNotStored(Exception exception, int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A call that nobody waited for any more ended without a result")]
    private partial void LogLost(Exception exception);
}
