using Microsoft.Extensions.Logging;
using Npgsql;
using RagPy.Core.Providers;
using RagPy.Core.Sources;

namespace RagPy.Core.Pipeline;

/// <summary>Decides what an exception means for a work item (DESIGN §4.4) and writes it down.</summary>
internal sealed partial class ItemFailures(
    NpgsqlDataSource dataSource,
    WorkItemStore store,
    DocumentEnds ends,
    PipelineOptions options,
    TimeProvider time,
    ILogger<ItemFailures> logger
)
{
    /// <summary>The database cannot be reached, is starting or is going away. Never the fault of the item in hand.</summary>
    public static bool IsDatabaseAway(Exception exception) =>
        exception switch
        {
            // Class 08 connection, 57P0x shutdown and crash recovery, 53 out of resources.
            PostgresException postgres => postgres.SqlState.StartsWith("08", StringComparison.Ordinal)
                || postgres.SqlState.StartsWith("57P", StringComparison.Ordinal)
                || postgres.SqlState.StartsWith("53", StringComparison.Ordinal),
            NpgsqlException => true,
            _ => false,
        };

    /// <summary>Ends the item, gives it back, or leaves it, as the exception demands.</summary>
    /// <param name="stopping">Cancelled when the process is ending, which is why work stops.</param>
    /// <param name="timedOut">The item's own time limit was reached.</param>
    /// <returns>What became of it.</returns>
    public async Task<ItemResult> HandleAsync(ClaimedItem item, Exception exception, CancellationToken stopping, bool timedOut)
    {
        switch (exception)
        {
            case var _ when timedOut:
                var limit = new Failure(
                    FailureCode.Timeout,
                    $"The {Name(item.Stage)} stage took longer than its limit of {options.SoftLimit.TotalMinutes:0} minutes."
                );
                return await EndAsync(item, limit, exception);
            case OperationCanceledException when stopping.IsCancellationRequested:
                await store.ReturnAsync(item, TimeSpan.Zero, reason: null, countsAsFailure: false, CancellationToken.None);
                return new ItemResult(ItemOutcome.Returned);
            case OperationCanceledException:
                // Taken away: by a cancellation, a deletion or another worker. Its row no longer is ours.
                return new ItemResult(ItemOutcome.Lost);
            case PausedException paused:
                await store.ReturnAsync(item, paused.Wait, paused.Reason, countsAsFailure: false, CancellationToken.None);
                return new ItemResult(ItemOutcome.Returned);
            case DocumentFailedException failed:
                return await EndAsync(item, failed.Failure, exception);
            case ProviderRefusedException refused:
                return await EndAsync(item, refused.Failure, exception);
            case SourceException source:
                return await EndAsync(item, new Failure(FailureCode.Internal, source.Message), exception);
            case TransientFailureException transient:
                return await RetryAsync(item, transient.Failure, transient.RetryAfter, exception);
            case PostgresException { SqlState: PostgresErrorCodes.ForeignKeyViolation }:
                // The document was deleted under our hands; if it was not, the next try says so.
                return await RetryAsync(item, Unexpected(item, exception), retryAfter: null, exception);
            case PostgresException { IsTransient: true } or IOException or HttpRequestException or TimeoutException:
                return await RetryAsync(item, Unexpected(item, exception), retryAfter: null, exception);
            default:
                return await EndAsync(item, Unexpected(item, exception), exception);
        }
    }

    /// <summary>Ends an item with a reason, and its document or task with it.</summary>
    /// <returns>What became of it.</returns>
    public async Task<ItemResult> EndAsync(ClaimedItem item, Failure failure, Exception? exception)
    {
        LogEnded(
            exception is DocumentFailedException or SourceException ? null : exception,
            item.DocumentId,
            item.SessionId,
            item.Stage,
            failure.Code
        );
        await using var connection = await dataSource.OpenConnectionAsync(CancellationToken.None);
        await using var transaction = await connection.BeginTransactionAsync(CancellationToken.None);
        if (!await store.FailAsync(connection, item, failure, CancellationToken.None))
        {
            return new ItemResult(ItemOutcome.Lost);
        }

        if (item.DocumentId is { } documentId)
        {
            await ends.FailAsync(connection, item, documentId, failure, CancellationToken.None);
        }
        else
        {
            await TaskEnd.FailAsync(connection, item.Id, failure.Reason, time.GetUtcNow(), CancellationToken.None);
        }

        await transaction.CommitAsync(CancellationToken.None);
        return new ItemResult(ItemOutcome.Failed, failure.Code);
    }

    private async Task<ItemResult> RetryAsync(ClaimedItem item, Failure failure, TimeSpan? retryAfter, Exception exception)
    {
        if (item.Failures + 1 >= options.MaxTries)
        {
            return await EndAsync(item, failure, exception);
        }

        var delay = Backoff.Delay(options.RetryDelay, item.Failures, retryAfter, Random.Shared);
        LogRetry(exception, item.DocumentId, item.SessionId, item.Stage, item.Failures + 1, delay.TotalSeconds);
        await store.ReturnAsync(item, delay, failure, countsAsFailure: true, CancellationToken.None);
        return new ItemResult(ItemOutcome.Retried, failure.Code);
    }

    private static Failure Unexpected(ClaimedItem item, Exception exception) =>
        new(
            FailureCode.Internal,
            $"Unexpected {exception.GetType().Name} in the {Name(item.Stage)} stage; the worker's log has the details."
        );

    private static string Name(Stage stage) => stage.ToString().ToLowerInvariant();

    [LoggerMessage(Level = LogLevel.Warning, Message = "Document {DocumentId} of session {SessionId} ended in stage {Stage} with {Code}")]
    private partial void LogEnded(Exception? exception, Guid? documentId, long sessionId, Stage stage, FailureCode code);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Document {DocumentId} of session {SessionId} failed in stage {Stage}, try {Try}; again in {Seconds:0.0} s"
    )]
    private partial void LogRetry(Exception exception, Guid? documentId, long sessionId, Stage stage, int @try, double seconds);
}
