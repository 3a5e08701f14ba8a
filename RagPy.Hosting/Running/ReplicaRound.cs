namespace RagPy.Hosting.Running;

/// <summary>The time between a start that was asked for and the next stop that is: within it a process that dies is started again.</summary>
internal sealed class ReplicaRound : IDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly TaskCompletionSource<string?> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Cancelled when the process is to end.</summary>
    public CancellationToken End => _end.Token;

    /// <summary>Gives null once the process is healthy, else why it will not be.</summary>
    public Task<string?> Outcome => _outcome.Task;

    /// <summary>Done when no process of this round is left.</summary>
    public Task Over => _over.Task;

    /// <summary>Asks for its end, and does not wait for what that brings about.</summary>
    public void Ask() => _ = _end.CancelAsync();

    public void NoteReady() => _outcome.TrySetResult(null);

    public void NoteOver(string reason)
    {
        _outcome.TrySetResult(reason);
        _over.TrySetResult();
    }

    public void Dispose() => _end.Dispose();
}
