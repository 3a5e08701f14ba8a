namespace RagPy.Api.Events;

/// <summary>One listener of a feed.</summary>
/// <param name="position">Where to begin.</param>
/// <param name="leave">Called once at disposal.</param>
internal sealed class TaskWatch(TaskFeed feed, long position, Action leave) : IDisposable
{
    private Action? _leave = leave;
    private long? _seen;

    /// <summary>The task has ended.</summary>
    public bool HasEnded => feed.HasEnded;

    public Task WaitForFirstAsync(CancellationToken cancellationToken) => feed.WaitForFirstAsync(cancellationToken);

    /// <summary>What has not been given yet, possibly nothing; whether it is the last; a task that completes when there is more.</summary>
    public (ReadOnlyMemory<byte> Frame, bool IsEnd, Task Changed) Next()
    {
        var (frame, version, isEnd, changed) = feed.Next(_seen, position);
        _seen = version;
        return (frame, isEnd, changed);
    }

    public void Dispose() => Interlocked.Exchange(ref _leave, null)?.Invoke();
}
