namespace RagPy.Bench;

/// <summary>Counts finished items until all are.</summary>
internal sealed class ShortWork
{
    private TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _left;

    public Task Done => _done.Task;

    public void Expect(int items)
    {
        _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _left, items);
    }

    public void Add(int finished)
    {
        if (Interlocked.Add(ref _left, -finished) == 0)
        {
            _done.TrySetResult();
        }
    }
}
