using System.Text.Json;

namespace RagPy.Hosting.Dcp;

/// <summary>The present objects of a kind, kept up to date, and waiting for one of them to become as wanted.</summary>
internal sealed class DcpWatch<TSpec, TStatus>(DcpClient client, string plural, TimeProvider time) : IAsyncDisposable
    where TSpec : class
    where TStatus : class
{
    // Long watches have been seen to go silent.
    private static readonly TimeSpan s_reopen = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan s_retry = TimeSpan.FromMilliseconds(300);
    private const int MaxFailures = 5;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, DcpObject<TSpec, TStatus>> _objects = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _end = new();
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _loop = Task.CompletedTask;

    /// <summary>Ends when the orchestrator can no longer be reached.</summary>
    public Task Lost => _loop;

    /// <summary>Begins to watch.</summary>
    public void Start() => _loop = WatchAsync(_end.Token);

    /// <summary>The objects as they are now.</summary>
    public IReadOnlyList<DcpObject<TSpec, TStatus>> Present
    {
        get
        {
            lock (_gate)
            {
                return [.. _objects.Values];
            }
        }
    }

    /// <summary>Waits until the object of this name is as wanted.</summary>
    /// <param name="wanted">Gets the object, or null when there is none.</param>
    /// <returns>The object; null when its absence was wanted.</returns>
    public async Task<DcpObject<TSpec, TStatus>?> WaitAsync(
        string name,
        Func<DcpObject<TSpec, TStatus>?, bool> wanted,
        CancellationToken cancellationToken
    )
    {
        while (true)
        {
            Task changed;
            DcpObject<TSpec, TStatus>? found;
            lock (_gate)
            {
                changed = _changed.Task;
                found = _objects.GetValueOrDefault(name);
            }

            if (wanted(found))
            {
                return found;
            }

            await changed.WaitAsync(cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _loop;
        _end.Dispose();
    }

    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        var failures = 0;
        while (failures < MaxFailures && !cancellationToken.IsCancellationRequested)
        {
            using var reopen = new CancellationTokenSource(s_reopen, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, reopen.Token);
            try
            {
                Replace(await client.ListAsync<DcpObject<TSpec, TStatus>>(plural, either.Token));
                failures = 0;
                await foreach (var change in client.WatchAsync<DcpObject<TSpec, TStatus>>(plural, either.Token))
                {
                    Note(change);
                }
            }
            catch (OperationCanceledException) when (either.IsCancellationRequested)
            {
                // Reopened, or over.
            }
            catch (Exception e) when (e is HttpRequestException or IOException or JsonException or OperationCanceledException)
            {
                failures++;
                await Task.Delay(s_retry, time, CancellationToken.None);
            }
        }
    }

    private void Replace(IReadOnlyList<DcpObject<TSpec, TStatus>> objects)
    {
        lock (_gate)
        {
            _objects.Clear();
            foreach (var value in objects)
            {
                _objects[value.Metadata.Name] = value;
            }

            Signal();
        }
    }

    private void Note(WatchEvent<DcpObject<TSpec, TStatus>> change)
    {
        lock (_gate)
        {
            if (change.Type == "DELETED")
            {
                _objects.Remove(change.Object.Metadata.Name);
            }
            else
            {
                _objects[change.Object.Metadata.Name] = change.Object;
            }

            Signal();
        }
    }

    private void Signal()
    {
        _changed.TrySetResult();
        _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
