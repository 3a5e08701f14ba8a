using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace RagPy.Core.Pipeline;

/// <summary>
/// Sees to it that a queue with claimable items has pumps: when told so, and every ten seconds by looking. Also returns what dead workers held, and
/// finishes what was left undone: tasks with nothing open, deletions, cleaning.
/// </summary>
internal sealed partial class Relay(
    WorkItemStore store,
    PumpSlots slots,
    PumpSignals signals,
    PumpQueue pumps,
    RelaySweep sweep,
    NotificationHub notifications,
    PipelineOptions options,
    TimeProvider time,
    ILogger<Relay> logger
)
{
    private readonly ConcurrentDictionary<string, byte> _dirty = new();
    private readonly SemaphoreSlim _wake = new(0, 1);
    private int _workers = 1;

    /// <summary>Asks for a look at a queue.</summary>
    public void Look(string queue)
    {
        _dirty[queue] = 0;
        try
        {
            if (_wake.CurrentCount == 0)
            {
                _wake.Release();
            }
        }
        catch (SemaphoreFullException)
        {
            // Another one was quicker: one wake-up is enough.
        }
    }

    /// <summary>Works until cancelled.</summary>
    public async Task RunAsync(
        Func<IReadOnlyCollection<(string Queue, int Slot, long Ticket)>> running,
        CancellationToken cancellationToken
    )
    {
        using var subscription = notifications.Subscribe(
            (channel, payload) =>
            {
                if (channel == Channels.Work)
                {
                    Look(payload);
                }
            }
        );
        var nextSweep = time.GetUtcNow();
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                var now = time.GetUtcNow();
                if (now >= nextSweep)
                {
                    nextSweep = now + await SweepAsync(running(), cancellationToken);
                }

                await LookAtDirtyAsync(cancellationToken);
                var wait = nextSweep - time.GetUtcNow();
                await _wake.WaitAsync(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                // The relay is what everything else relies on to be woken: it outlives whatever the database or the job storage throws.
                LogFailed(exception);
                nextSweep = time.GetUtcNow();
                await Task.Delay(TimeSpan.FromSeconds(1), time, CancellationToken.None);
            }
        }
    }

    private async Task<TimeSpan> SweepAsync(
        IReadOnlyCollection<(string Queue, int Slot, long Ticket)> running,
        CancellationToken cancellationToken
    )
    {
        var found = await sweep.RunAsync(running, cancellationToken);
        _workers = Math.Max(1, found.Workers);
        foreach (var queue in Queues.All)
        {
            if (PumpPlan.Of(options, queue).Slots > 0)
            {
                await slots.PrepareAsync(queue, PumpPlan.Of(options, queue).Slots * _workers, cancellationToken);
                _dirty[queue] = 0;
            }
        }

        var due = found.NextDue is { } next ? next - time.GetUtcNow() : options.RelayInterval;
        return TimeSpan.FromTicks(Math.Clamp(due.Ticks, TimeSpan.TicksPerSecond / 4, options.RelayInterval.Ticks));
    }

    private async Task LookAtDirtyAsync(CancellationToken cancellationToken)
    {
        foreach (var queue in _dirty.Keys)
        {
            _dirty.TryRemove(queue, out _);
            await EnsureAsync(queue, cancellationToken);
        }
    }

    private async Task EnsureAsync(string queue, CancellationToken cancellationToken)
    {
        var plan = PumpPlan.Of(options, queue);
        if (plan.Slots == 0)
        {
            return;
        }

        var batch = queue is Queues.Extraction or Queues.Recognition or Queues.Recode ? plan.Parallel : options.BatchSize;
        var woken = signals.Wake(queue);
        var claimable = await store.CountClaimableAsync(Queues.StagesOf(queue), batch * plan.Slots * _workers, cancellationToken);
        var wanted = ((claimable + batch - 1) / batch) - (woken ? 1 : 0);
        if (wanted <= 0)
        {
            return;
        }

        foreach (var (slot, ticket) in await slots.ReserveAsync(queue, wanted, cancellationToken))
        {
            pumps.Enqueue(queue, slot, ticket);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The relay met an error and goes on")]
    private partial void LogFailed(Exception exception);
}
