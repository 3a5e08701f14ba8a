namespace RagPy.Core.Pipeline;

/// <summary>
/// Bounds a task's trace: the spans of the first work items of each task, in this process, and no more. A trace of a library with ten thousand documents would
/// hold half a million spans, statements included, which no viewer opens; failures are traced beyond it.
/// </summary>
internal sealed class TraceBudget
{
    /// <summary>Work items of a task that are traced: a document counts once in each stage.</summary>
    private const int ItemsPerTask = 1000;

    /// <summary>Tasks remembered; more have not been worked on at the same time for long.</summary>
    private const int MaxTasks = 1000;

    private readonly Dictionary<long, int> _used = [];
    private readonly Lock _lock = new();

    /// <summary>Whether one more work item of the task is to be traced.</summary>
    public bool Take(long taskId)
    {
        lock (_lock)
        {
            var used = _used.GetValueOrDefault(taskId);

            if (used == ItemsPerTask)
            {
                return false;
            }

            if (_used.Count == MaxTasks && used == 0)
            {
                _used.Clear();
            }

            _used[taskId] = used + 1;

            return true;
        }
    }
}
