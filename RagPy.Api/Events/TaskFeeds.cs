using RagPy.Core.Pipeline;
using RagPy.Core.Projects;

namespace RagPy.Api.Events;

/// <summary>The feeds of the tasks that somebody in this process watches.</summary>
internal sealed class TaskFeeds(
    ProjectAccess access,
    TaskChangeReader reader,
    TaskFrames frames,
    TimeProvider time,
    ILogger<TaskFeed> logger
)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<long, (TaskFeed Feed, int Listeners)> _feeds = [];

    /// <summary>Begins to watch a task.</summary>
    /// <param name="position">Where to go on; 0 for the beginning.</param>
    /// <returns>To be disposed by the caller.</returns>
    /// <exception cref="NotFoundException">No such task for this person.</exception>
    public async Task<TaskWatch> WatchAsync(long personId, long taskId, long position, CancellationToken cancellationToken)
    {
        await access.RequireTaskAsync(personId, taskId, ProjectRole.Viewer, cancellationToken);
        var watch = new TaskWatch(Join(taskId), position, () => Leave(taskId));
        try
        {
            await watch.WaitForFirstAsync(cancellationToken);
            return watch;
        }
        catch
        {
            watch.Dispose();
            throw;
        }
    }

    private TaskFeed Join(long taskId)
    {
        lock (_gate)
        {
            if (!_feeds.TryGetValue(taskId, out var known))
            {
                known = (new TaskFeed(taskId, reader, frames, time, logger), 0);
                known.Feed.Start();
            }

            _feeds[taskId] = known with { Listeners = known.Listeners + 1 };
            return known.Feed;
        }
    }

    private void Leave(long taskId)
    {
        lock (_gate)
        {
            var (feed, listeners) = _feeds[taskId];
            if (listeners > 1)
            {
                _feeds[taskId] = (feed, listeners - 1);
            }
            else
            {
                _feeds.Remove(taskId);
                feed.Stop();
            }
        }
    }
}
