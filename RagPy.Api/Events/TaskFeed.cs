using Npgsql;
using RagPy.Api.Contracts;
using RagPy.Core.Pipeline;

namespace RagPy.Api.Events;

/// <summary>
/// One task read once for everybody in this process who watches it. Listeners have no queues: each remembers how far it has come and takes what follows
/// from the present state, so a slow one costs nothing and misses nothing, and those who keep up share the same bytes.
/// </summary>
internal sealed partial class TaskFeed(long taskId, TaskChangeReader reader, TaskFrames frames, TimeProvider time, ILogger<TaskFeed> logger)
{
    private static readonly TimeSpan s_shortestInterval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan s_longestInterval = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Dictionary<Guid, Entry> _documents = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskView? _progress;
    private Latest _latest;
    private long _version;
    private long _position;
    private string? _end;

    /// <summary>Begins to read.</summary>
    public void Start() => _ = Task.Run(RunAsync);

    /// <summary>Ends reading; nobody listens any more.</summary>
    public void Stop() => _stop.Cancel();

    /// <summary>Completes when the task was read for the first time.</summary>
    public Task WaitForFirstAsync(CancellationToken cancellationToken) => _first.Task.WaitAsync(cancellationToken);

    /// <summary>Whether the task has ended.</summary>
    public bool HasEnded
    {
        get
        {
            lock (_gate)
            {
                return _end is not null;
            }
        }
    }

    /// <summary>What a listener has not seen, the version it then has, and a task that completes when there is more.</summary>
    /// <param name="seen">The version it has; null for one that has just come.</param>
    /// <param name="position">Where one that has just come has been told to go on.</param>
    public (ReadOnlyMemory<byte> Frame, long Version, bool IsEnd, Task Changed) Next(long? seen, long position)
    {
        lock (_gate)
        {
            return (FrameAfter(seen, position), _version, _end is not null, _changed.Task);
        }
    }

    private ReadOnlyMemory<byte> FrameAfter(long? seen, long position)
    {
        if (seen == _version)
        {
            return ReadOnlyMemory<byte>.Empty;
        }

        if (seen == _latest.From && seen is not null)
        {
            return _latest.Frame;
        }

        var documents = seen is { } version
            ? _documents.Values.Where(entry => entry.Version > version)
            // A position that lies ahead is that of another database.
            : _documents.Values.Where(entry => position > _position || entry.Position >= position);
        return Frame([.. documents.Select(entry => entry.Document)], seen is null && position <= _position ? position : 0);
    }

    private ReadOnlyMemory<byte> Frame(IReadOnlyCollection<DocumentChange> documents, long from)
    {
        var frame = _progress is null ? ReadOnlyMemory<byte>.Empty : frames.Write(_progress, documents, from, _position);
        return _end is null ? frame : (byte[])[.. frame.Span, .. frames.WriteEnd(_end, _position).Span];
    }

    private async Task RunAsync()
    {
        using var wake = new SemaphoreSlim(0, 1);
        using var subscription = reader.Subscribe(taskId, () => Wake(wake));
        try
        {
            while (!await ReadAsync(_stop.Token))
            {
                await Task.Delay(s_shortestInterval, time, _stop.Token);
                await wake.WaitAsync(s_longestInterval - s_shortestInterval, _stop.Token);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Nobody listens any more.
        }
        finally
        {
            _first.TrySetResult();
        }
    }

    /// <summary>Takes in what changed; true when the task has ended.</summary>
    private async Task<bool> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            var changes = await reader.ReadAsync(taskId, _position, cancellationToken);
            Publish(changes);
            return changes is null || changes.Progress.IsEnded;
        }
        catch (Exception exception) when (exception is NpgsqlException or TimeoutException)
        {
            // Whoever listens stays connected; the next reading goes on from the same position.
            LogFailed(exception, taskId);
            return false;
        }
    }

    private void Publish(TaskChanges? changes)
    {
        TaskCompletionSource changed;
        lock (_gate)
        {
            var from = (Version: _version, Position: _position);
            var documents = new List<DocumentChange>();
            var version = _version + 1;
            foreach (var (document, position) in changes?.Documents ?? [])
            {
                // Read again because a transaction was open, or only its lease was extended: not a change.
                var isSame = _documents.TryGetValue(document.Id, out var known) && known.Document == document;
                _documents[document.Id] = new Entry(document, position, isSame ? known.Version : version);
                if (!isSame)
                {
                    documents.Add(document);
                }
            }

            _progress = changes?.Progress.ToView() ?? _progress;
            _position = changes?.Position ?? _position;
            _end =
                changes is null ? "deleted"
                : changes.Progress.IsEnded ? changes.Progress.State.ToString().ToLowerInvariant()
                : null;
            _version = version;
            // The last of a document's changes is the one that counts.
            _latest = new Latest(from.Version, Frame([.. documents.GroupBy(d => d.Id).Select(g => g.Last())], from.Position));
            changed = _changed;
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        _first.TrySetResult();
        changed.SetResult();
    }

    private static void Wake(SemaphoreSlim wake)
    {
        try
        {
            if (wake.CurrentCount == 0)
            {
                wake.Release();
            }
        }
        catch (SemaphoreFullException)
        {
            // Another notification was quicker: one wake-up is enough.
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Task {TaskId} could not be read for those who watch it; trying again")]
    private partial void LogFailed(Exception exception, long taskId);

    private readonly record struct Entry(DocumentChange Document, long Position, long Version);

    private readonly record struct Latest(long From, ReadOnlyMemory<byte> Frame);
}
