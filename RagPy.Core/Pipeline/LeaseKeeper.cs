using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace RagPy.Core.Pipeline;

/// <summary>Knows what this process works on: extends the leases, and stops work on what was taken away.</summary>
internal sealed partial class LeaseKeeper(
    WorkItemStore store,
    NotificationHub notifications,
    PipelineOptions options,
    TimeProvider time,
    ILogger<LeaseKeeper> logger
)
{
    private readonly ConcurrentDictionary<(long Id, long Fence), (ClaimedItem Item, CancellationTokenSource Stop)> _held = new();
    private readonly SemaphoreSlim _look = new(0, 1);

    /// <summary>Number of items in hand.</summary>
    public int Count => _held.Count;

    /// <summary>Registers items; the token of each is cancelled when it is taken away, the grace period is over, or its soft limit is reached.</summary>
    public HeldItems Hold(IReadOnlyList<ClaimedItem> items, CancellationToken stopping)
    {
        var tokens = new Dictionary<long, CancellationTokenSource>(items.Count);
        foreach (var item in items)
        {
            var source = CancellationTokenSource.CreateLinkedTokenSource(stopping);
            tokens[item.Id] = source;
            _held[(item.Id, item.Fence)] = (item, source);
        }

        return new HeldItems(this, items, tokens);
    }

    /// <summary>Heartbeats until cancelled; also looks at once when told of a cancellation.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var subscription = notifications.Subscribe(
            (channel, _) =>
            {
                if (channel is Channels.Cancel or "")
                {
                    WakeUp();
                }
            }
        );
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await _look.WaitAsync(options.Heartbeat, cancellationToken);
                await BeatAsync(cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception) when (exception is NpgsqlException or TimeoutException)
            {
                LogBeatFailed(exception);
                await Task.Delay(TimeSpan.FromSeconds(1), time, CancellationToken.None);
            }
        }
    }

    private async Task BeatAsync(CancellationToken cancellationToken)
    {
        var held = _held.Values.ToArray();
        if (held.Length == 0)
        {
            return;
        }

        var kept = await store.HeartbeatAsync([.. held.Select(h => h.Item)], options.Lease, cancellationToken);
        foreach (var (item, stop) in held)
        {
            if (!kept.Contains(item.Id) && _held.ContainsKey((item.Id, item.Fence)))
            {
                Cancel(stop);
            }
        }
    }

    private void WakeUp()
    {
        try
        {
            if (_look.CurrentCount == 0)
            {
                _look.Release();
            }
        }
        catch (SemaphoreFullException)
        {
            // Another notification was quicker: one look is enough.
        }
    }

    private static void Cancel(CancellationTokenSource source)
    {
        try
        {
            source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The item was done in the same moment.
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The leases of this worker could not be extended; trying again")]
    private partial void LogBeatFailed(Exception exception);

    /// <summary>Items in hand until disposal.</summary>
    internal sealed class HeldItems(LeaseKeeper keeper, IReadOnlyList<ClaimedItem> items, Dictionary<long, CancellationTokenSource> tokens)
        : IDisposable
    {
        public IReadOnlyList<ClaimedItem> Items { get; } = items;

        /// <summary>The source of the token for the work on one item.</summary>
        public CancellationTokenSource StopOf(ClaimedItem item) => tokens[item.Id];

        public void Dispose()
        {
            foreach (var item in Items)
            {
                keeper._held.TryRemove((item.Id, item.Fence), out _);
                tokens[item.Id].Dispose();
            }
        }
    }
}
