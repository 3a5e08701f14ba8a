namespace RagPy.Core.Pipeline;

/// <summary>One text on its way to a provider and back, with every chunk that waits for it.</summary>
internal sealed class PendingEmbedding(EmbeddingWork first, CancellationToken cancellation)
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<(EmbeddingWork Work, CancellationToken Cancellation)> _waiting = [(first, cancellation)];
    private bool _isClosed;

    /// <summary>The work it was begun for.</summary>
    public EmbeddingWork First { get; } = first;

    /// <summary>Ends when the vector is stored with all chunks that waited, or with why it is not.</summary>
    public Task Done => _done.Task;

    /// <summary>When it was queued, as a time stamp.</summary>
    public long QueuedAt { get; set; }

    /// <summary>Lets another chunk wait too.</summary>
    /// <returns>False when it comes too late: then the result is about to be stored, and is found there.</returns>
    public bool TryAttach(EmbeddingWork work, CancellationToken cancellation)
    {
        lock (_waiting)
        {
            if (_isClosed)
            {
                return false;
            }

            _waiting.Add((work, cancellation));
            return true;
        }
    }

    /// <summary>Takes no more chunks.</summary>
    /// <returns>Those that wait.</returns>
    public IReadOnlyList<EmbeddingWork> Close()
    {
        lock (_waiting)
        {
            _isClosed = true;
            return [.. _waiting.Select(w => w.Work)];
        }
    }

    /// <summary>Closes it when nobody waits any more.</summary>
    public bool CloseIfUnwanted()
    {
        lock (_waiting)
        {
            return _isClosed = _waiting.TrueForAll(w => w.Cancellation.IsCancellationRequested);
        }
    }

    public void Complete() => _done.TrySetResult();

    public void Fail(Exception exception)
    {
        _ = exception is OperationCanceledException ? _done.TrySetCanceled() : _done.TrySetException(exception);
        // Whoever waited may be gone; an exception that nobody looks at is no news then.
        _ = _done.Task.Exception;
    }
}
