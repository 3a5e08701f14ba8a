using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace RagPy.Core.Pipeline;

/// <summary>Takes work items of a queue and has them worked on, until none is left for a moment or its time is over.</summary>
internal sealed partial class Pump(
    WorkItemStore store,
    PumpSlots slots,
    PumpSignals signals,
    LeaseKeeper keeper,
    ItemFailures failures,
    ProgressWriter progress,
    WorkerIdentity identity,
    WorkerLifetime lifetime,
    Failpoints failpoints,
    PipelineTelemetry telemetry,
    IEnumerable<IStageHandler> handlers,
    NpgsqlDataSource dataSource,
    PipelineOptions options,
    TimeProvider time,
    ILogger<Pump> logger
)
{
    private readonly Dictionary<Stage, IStageHandler> _handlers = handlers.ToDictionary(h => h.Stage);
    private readonly ConcurrentDictionary<Stage, long> _lastPerson = new();
    private readonly ConcurrentDictionary<(string Queue, int Slot, long Ticket), byte> _running = new();

    /// <summary>Pumps that run in this process now.</summary>
    public IReadOnlyCollection<(string Queue, int Slot, long Ticket)> Running => [.. _running.Keys];

    /// <summary>Runs one pump job.</summary>
    /// <param name="ticket">Must be the slot's newest, or nothing happens.</param>
    public async Task RunAsync(string queue, int slot, long ticket)
    {
        if (lifetime.Stopping.IsCancellationRequested || !await slots.BeginAsync(queue, slot, ticket, identity.Id, lifetime.Aborting))
        {
            return;
        }

        var key = (queue, slot, ticket);
        _running[key] = 0;
        try
        {
            // A queue's jobs go to any process: one that has its share already leaves the slot to the others.
            if (_running.Keys.Count(r => r.Queue == queue) <= PumpPlan.Of(options, queue).Slots)
            {
                await PumpAsync(queue);
            }
        }
        finally
        {
            // Out of the list first: should the database be away, the relay gives back the slots of this process that are not in it.
            _running.TryRemove(key, out _);
            await slots.EndAsync(queue, slot, ticket, CancellationToken.None);
        }
    }

    private async Task PumpAsync(string queue)
    {
        var begun = time.GetTimestamp();
        var running = new List<Task>();
        try
        {
            // While anything is in hand the pump goes on whatever its time: places left empty until the last item is done would be wasted.
            while (!lifetime.Stopping.IsCancellationRequested && (running.Count > 0 || time.GetElapsedTime(begun) < options.PumpTime))
            {
                var claimed = await ClaimAsync(queue, running);
                if (claimed == 0 && running.Count == 0 && !await signals.WaitAsync(queue, options.PumpLinger, lifetime.Stopping))
                {
                    return;
                }

                await AwaitPlaceAsync(queue, running, mayBeMore: claimed > 0);
            }
        }
        finally
        {
            await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Works on one batch of each stage that goes by batches, and begins items of the others in the places that are free.</summary>
    /// <returns>Number of items claimed.</returns>
    private async Task<int> ClaimAsync(string queue, List<Task> running)
    {
        var plan = PumpPlan.Of(options, queue);
        var claimed = 0;
        foreach (var handler in Queues.StagesOf(queue).Select(stage => _handlers[stage]))
        {
            var isByItem = handler.BatchSize == 1;
            var count = isByItem ? plan.Parallel - running.Count : handler.BatchSize;
            if (count == 0)
            {
                continue;
            }

            var last = _lastPerson.GetValueOrDefault(handler.Stage);
            var items = await store.ClaimAsync(handler.Stage, count, last, identity.Id, options.Lease, lifetime.Aborting);
            claimed += items.Count;
            if (items.Count > 0)
            {
                _lastPerson[handler.Stage] = items[^1].PersonId;
            }

            if (isByItem)
            {
                running.AddRange(items.Select(item => Task.Run(() => WorkAsync(handler, [item]))));
            }
            else if (items.Count > 0)
            {
                await WorkAsync(handler, items);
            }
        }

        return claimed;
    }

    /// <summary>Waits until there is a place for another item and, unless there may be one already, until one is there or comes due.</summary>
    /// <exception cref="NpgsqlException">The database went away under an item.</exception>
    private async Task AwaitPlaceAsync(string queue, List<Task> running, bool mayBeMore)
    {
        var isFull = running.Count >= PumpPlan.Of(options, queue).Parallel;
        if (running.Count > 0 && (isFull || !mayBeMore))
        {
            using var over = CancellationTokenSource.CreateLinkedTokenSource(lifetime.Stopping);
            Task[] more = isFull ? [] : [signals.WaitAsync(queue, options.PumpLinger, over.Token)];
            await Task.WhenAny([.. running, .. more]);
            await over.CancelAsync();
        }

        foreach (var done in running.FindAll(task => task.IsCompleted))
        {
            running.Remove(done);
            await done;
        }
    }

    private async Task WorkAsync(IStageHandler handler, List<ClaimedItem> items)
    {
        using var run = new StageRun(telemetry, handler.Stage, items, isBatch: handler.BatchSize > 1);
        foreach (var item in items.Where(i => i.Attempts > options.MaxAttempts))
        {
            var reason = $"The worker ended {options.MaxAttempts} times while it worked on this document.";
            run.Note(item, await failures.EndAsync(item, new Failure(FailureCode.Crash, reason), exception: null));
        }

        items = items.FindAll(i => i.Attempts <= options.MaxAttempts);
        if (items.Count == 0)
        {
            return;
        }

        using var held = keeper.Hold(items, lifetime.Aborting);
        try
        {
            failpoints.Hit(handler.Stage, "before");
            await handler.RunAsync(new StageBatch(held, run, failures, dataSource, options, lifetime.Aborting));
            failpoints.Hit(handler.Stage, "after");
        }
        catch (Exception exception) when (ItemFailures.IsDatabaseAway(exception))
        {
            if (exception is PostgresException { SqlState: PostgresErrorCodes.DiskFull } full)
            {
                LogDatabaseFull(full.MessageText, items.Count);
            }
            else
            {
                LogDatabaseAway(exception, handler.Stage, items.Count);
            }

            run.NoteOthers(new ItemResult(ItemOutcome.Returned));
            await ReleaseAsync(items);
            throw;
        }
        catch (Exception exception)
        {
            // What the handler could not blame on one item is the failure of all that it had not ended.
            foreach (var item in items)
            {
                run.Note(item, await failures.HandleAsync(item, exception, lifetime.Aborting, timedOut: false));
            }
        }
        finally
        {
            progress.Touch(items.Select(i => i.TaskId));
        }
    }

    /// <summary>Gives items back as soon as the database is there again; until then their leases run out by themselves.</summary>
    private async Task ReleaseAsync(List<ClaimedItem> items)
    {
        for (var attempt = 0; attempt < 10 && !lifetime.Aborting.IsCancellationRequested; attempt++)
        {
            try
            {
                foreach (var item in items)
                {
                    await store.ReturnAsync(item, TimeSpan.Zero, reason: null, countsAsFailure: false, lifetime.Aborting);
                }

                return;
            }
            catch (Exception exception) when (ItemFailures.IsDatabaseAway(exception) || exception is OperationCanceledException)
            {
                LogNotReleased(exception, items.Count);
                await WaitAsync(TimeSpan.FromSeconds(1));
            }
        }
    }

    private async Task WaitAsync(TimeSpan delay)
    {
        try
        {
            await Task.Delay(delay, time, lifetime.Aborting);
        }
        catch (OperationCanceledException)
        {
            // The loop that waits looks at the token.
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The database went away in stage {Stage}; {Count} work items are given back")]
    private partial void LogDatabaseAway(Exception exception, Stage stage, int count);

    /// <summary>An error, because it does not pass by itself: whoever watches a run would see it stand still without a word.</summary>
    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "The database's disk is full ({Message}). {Count} work items wait until there is space: free some, or stop and run again later"
    )]
    private partial void LogDatabaseFull(string message, int count);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Count} work items could not be given back yet")]
    private partial void LogNotReleased(Exception exception, int count);
}
