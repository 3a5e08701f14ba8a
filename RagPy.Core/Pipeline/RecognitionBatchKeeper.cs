using Microsoft.Extensions.Logging;
using Npgsql;
using RagPy.Core.Extraction.Recognition;
using RagPy.Core.Providers;
using RagPy.Core.Settings;
using RagPy.Core.Storage;

namespace RagPy.Core.Pipeline;

/// <summary>
/// Looks after batches of recognition: makes them of what waits, brings them to the provider, and fetches what they brought. One process at a time does so; whatever
/// ends it, another or the next start goes on from the rows.
/// </summary>
internal sealed partial class RecognitionBatchKeeper(
    NpgsqlDataSource dataSource,
    RecognitionBatchStore store,
    RecognitionBatchRows rows,
    RecognitionBatchFiles files,
    RecognitionBatchSender sender,
    RecognitionBatchReader reader,
    MistralFileSweep sweep,
    RagPySettings settings,
    RecognitionBatchOptions options,
    TimeProvider time,
    ILogger<RecognitionBatchKeeper> logger
)
{
    private static readonly TimeSpan s_sweep = TimeSpan.FromHours(1);

    private const int MostFailures = 5;

    /// <summary>For a job that is paid for, and trouble that nobody has foreseen.</summary>
    private const int MostSurprises = 20;

    /// <summary>Works until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var swept = time.GetTimestamp();
        try
        {
            while (true)
            {
                var isBusy = await TryRoundAsync(cancellationToken);
                if (time.GetElapsedTime(swept) >= s_sweep)
                {
                    swept = time.GetTimestamp();
                    await sweep.SweepAsync(cancellationToken);
                }

                await Task.Delay(isBusy ? options.Tick : options.Idle, time, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The worker stops; another one, or the next start, goes on.
        }
    }

    /// <summary>One look at everything.</summary>
    /// <returns>Whether there is anything to look after.</returns>
    public async Task<bool> RoundAsync(CancellationToken cancellationToken)
    {
        if (!await store.IsBusyAsync(cancellationToken))
        {
            return false;
        }

        await using var held = await AdvisoryLock.TryAcquireAsync(dataSource, AdvisoryLocks.RecognitionBatches, cancellationToken);
        if (held is null)
        {
            return true;
        }

        await CollectAsync(cancellationToken);
        foreach (var batch in await rows.DueAsync(cancellationToken))
        {
            await StepAsync(batch, held, cancellationToken);
        }

        await files.WakeAsync(cancellationToken);
        return true;
    }

    private async Task<bool> TryRoundAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await RoundAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is NpgsqlException or IOException or TimeoutException)
        {
            LogFailed(exception);
            return true;
        }
    }

    private async Task CollectAsync(CancellationToken cancellationToken)
    {
        await store.ForgetAsync(cancellationToken);
        foreach (var waiting in await store.WaitingAsync(cancellationToken))
        {
            if (!settings.MistralOcrBatch || (IsComplete(waiting) && waiting.Pages < settings.MistralOcrBatchMinPages))
            {
                await store.CloseWaitingAsync(waiting.Version, cancellationToken);
            }
            else if (IsComplete(waiting))
            {
                await store.BeginAsync(waiting, options.MaxPages, cancellationToken);
            }
        }
    }

    private bool IsComplete(WaitingFiles waiting)
    {
        var now = time.GetUtcNow();
        return waiting.Pages >= options.MaxPages
            || now - waiting.Newest >= (waiting.IsMoreComing ? options.Quiet : options.Settle)
            || now - waiting.Oldest >= options.LongestCollection;
    }

    private async Task StepAsync(RecognitionBatch batch, AdvisoryLock held, CancellationToken cancellationToken)
    {
        var wasOpen = batch.State != RecognitionBatchState.Cleaning;
        try
        {
            await (
                batch.State switch
                {
                    RecognitionBatchState.Uploading => sender.UploadAsync(batch, held, cancellationToken),
                    RecognitionBatchState.Creating => sender.ResolveAsync(batch, held, cancellationToken),
                    RecognitionBatchState.Running => reader.LookAsync(batch, cancellationToken),
                    _ => reader.CleanAsync(batch, cancellationToken),
                }
            );
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception exception) when (!ItemFailures.IsDatabaseAway(exception))
        {
            // One batch never stops the others.
            await NoteTroubleAsync(batch.Id, exception, cancellationToken);
            return;
        }

        if (wasOpen && batch.State == RecognitionBatchState.Cleaning)
        {
            // Before documents are woken: with the last of them, a run from the command line ends.
            await StepAsync(batch, held, cancellationToken);
        }
    }

    private async Task NoteTroubleAsync(Guid id, Exception exception, CancellationToken cancellationToken)
    {
        var batch = await rows.GetAsync(id, cancellationToken);
        var isPassing = exception is TransientFailureException or IOException or HttpRequestException or TimeoutException;
        var reason =
            (exception as TransientFailureException)?.Failure.Reason
            ?? ProviderFailures.Final(exception)?.Reason
            ?? $"Unexpected {exception.GetType().Name}; the worker's log has the details.";
        LogTrouble(exception, id, batch.State, reason);
        batch.Failures++;
        batch.Trouble = reason;
        batch.NextLook = time.GetUtcNow() + Backoff.Delay(options.Poll, Math.Min(batch.Failures, 6), retryAfter: null, Random.Shared);
        await rows.SaveAsync(batch, cancellationToken);
        await files.TellAsync(batch, cancellationToken);
        if (!IsHopeless(batch, isPassing, ProviderFailures.Final(exception) is not null))
        {
            return;
        }

        if (batch.State == RecognitionBatchState.Cleaning)
        {
            batch.State = RecognitionBatchState.Ended;
            batch.EndedAt = time.GetUtcNow();
            await rows.SaveAsync(batch, cancellationToken);
        }
        else
        {
            await reader.GiveUpAsync(batch, reason, cancellationToken);
        }
    }

    /// <summary>What may be paid for is waited for until it should have ended long ago, also when a key is not accepted for a while.</summary>
    private bool IsHopeless(RecognitionBatch batch, bool isPassing, bool isFinal) =>
        batch.State switch
        {
            RecognitionBatchState.Uploading => !isPassing || batch.Failures >= MostFailures,
            RecognitionBatchState.Cleaning => batch.Failures >= MostFailures,
            _ => reader.IsOverdue(batch) || (!isPassing && !isFinal && batch.Failures >= MostSurprises),
        };

    [LoggerMessage(Level = LogLevel.Warning, Message = "Batches of recognition could not be looked after; trying again")]
    private partial void LogFailed(Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Batch {Batch} has trouble while {State}: {Reason}")]
    private partial void LogTrouble(Exception exception, Guid batch, RecognitionBatchState state, string reason);
}
