using System.Collections.Immutable;
using RagPy.Hosting.ResourceService.Protocol;
using RagPy.Hosting.Running;

namespace RagPy.Hosting.ResourceService;

/// <summary>
/// The rows as they are now, for any number of watchers. A watcher compares what it sent last with what is there: nothing is queued for the slow ones, who
/// leave out what is past.
/// </summary>
/// <param name="read">Gives the rows, by name.</param>
/// <param name="changes">Says that they may have changed.</param>
internal sealed class ResourceBoard(Func<IReadOnlyDictionary<string, Resource>> read, ChangeSignal changes, TimeProvider time)
{
    /// <summary>Changes come in bursts.</summary>
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(100);

    private readonly ChangeSignal _published = new();
    private ImmutableDictionary<string, Resource> _rows = read().ToImmutableDictionary();

    public ImmutableDictionary<string, Resource> Rows => Volatile.Read(ref _rows);

    /// <summary>Keeps the rows up to date until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                var next = changes.Next;
                Publish();
                await next.WaitAsync(cancellationToken);
                await Task.Delay(s_pause, time, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The run ends.
        }
    }

    /// <summary>Gives the rows, and then what has changed since whenever the watcher asks for more.</summary>
    /// <returns>First one with all rows; empty ones are left out.</returns>
    public async IAsyncEnumerable<WatchResourcesUpdate> WatchAsync(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var next = _published.Next;
        var sent = Rows;
        yield return new WatchResourcesUpdate { InitialData = new InitialResourceData { Resources = { sent.Values } } };
        while (true)
        {
            await next.WaitAsync(cancellationToken);
            next = _published.Next;
            var rows = Rows;
            var changed = Compare(sent, rows);
            sent = rows;
            if (changed.Value.Count > 0)
            {
                yield return new WatchResourcesUpdate { Changes = changed };
            }
        }
    }

    private void Publish()
    {
        var rows = read();
        var former = Rows;
        if (rows.Count == former.Count && rows.All(row => row.Value.Equals(former.GetValueOrDefault(row.Key))))
        {
            return;
        }

        Volatile.Write(ref _rows, rows.ToImmutableDictionary());
        _published.Signal();
    }

    private static WatchResourcesChanges Compare(ImmutableDictionary<string, Resource> former, ImmutableDictionary<string, Resource> rows)
    {
        var changes = new WatchResourcesChanges();
        changes.Value.AddRange(
            former
                .Values.Where(row => !rows.ContainsKey(row.Name))
                .Select(row => new WatchResourcesChange
                {
                    Delete = new ResourceDeletion { ResourceName = row.Name, ResourceType = row.ResourceType },
                })
        );
        changes.Value.AddRange(
            rows.Values.Where(row => !row.Equals(former.GetValueOrDefault(row.Name)))
                .Select(row => new WatchResourcesChange { Upsert = row })
        );

        return changes;
    }
}
