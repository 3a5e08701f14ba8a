namespace RagPy.Core.Pipeline;

/// <summary>Wakes pumps of this process that wait a moment for more work before they end.</summary>
internal sealed class PumpSignals(TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (TaskCompletionSource Signal, int Waiting)> _queues = [];

    /// <summary>Wakes every waiting pump of the queue.</summary>
    /// <returns>Whether there was one.</returns>
    public bool Wake(string queue)
    {
        lock (_gate)
        {
            if (!_queues.Remove(queue, out var entry))
            {
                return false;
            }

            entry.Signal.TrySetResult();
            return true;
        }
    }

    /// <summary>Waits for <see cref="Wake"/>.</summary>
    /// <returns>False when the time was over first, or the process is stopping.</returns>
    public async Task<bool> WaitAsync(string queue, TimeSpan timeout, CancellationToken stopping)
    {
        Task signal;
        lock (_gate)
        {
            if (!_queues.TryGetValue(queue, out var entry))
            {
                entry = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), 0);
            }

            _queues[queue] = (entry.Signal, entry.Waiting + 1);
            signal = entry.Signal.Task;
        }

        try
        {
            await signal.WaitAsync(timeout, time, stopping);
            return true;
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            Leave(queue, signal);
            return false;
        }
    }

    private void Leave(string queue, Task signal)
    {
        lock (_gate)
        {
            if (_queues.TryGetValue(queue, out var entry) && entry.Signal.Task == signal)
            {
                if (entry.Waiting == 1)
                {
                    _queues.Remove(queue);
                }
                else
                {
                    _queues[queue] = (entry.Signal, entry.Waiting - 1);
                }
            }
        }
    }
}
