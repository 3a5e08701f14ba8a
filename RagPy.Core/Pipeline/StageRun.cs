using System.Collections.Concurrent;
using System.Diagnostics;

namespace RagPy.Core.Pipeline;

/// <summary>
/// Traces and counts the work on claimed items. Work that goes item by item has a span for each, under the task's context. Work on a batch has a span for the
/// batch, under which its statements are, and one for each document.
/// </summary>
internal sealed class StageRun : IDisposable
{
    private readonly PipelineTelemetry _telemetry;
    private readonly Stage _stage;
    private readonly IReadOnlyList<ClaimedItem> _items;
    private readonly bool _isBatch;
    private readonly bool _isWatched;
    private readonly long _begun = Stopwatch.GetTimestamp();

    // The system's clock, whatever the pipeline's: that is the one by which an Activity ends.
    private readonly DateTimeOffset _begunAt = DateTimeOffset.UtcNow;
    private readonly ConcurrentDictionary<long, ItemResult> _results = new();
    private readonly ConcurrentDictionary<long, TimeSpan> _durations = new();
    private readonly Dictionary<long, ActivityContext> _traced = [];
    private readonly Activity? _batch;

    /// <param name="isBatch">The handler works on the items together.</param>
    public StageRun(PipelineTelemetry telemetry, Stage stage, IReadOnlyList<ClaimedItem> items, bool isBatch)
    {
        (_telemetry, _stage, _items, _isBatch) = (telemetry, stage, items, isBatch);
        _isWatched = telemetry.IsWatched;

        if (!PipelineTelemetry.Source.HasListeners())
        {
            return;
        }

        foreach (var item in items)
        {
            if (ContextOf(item) is { } context && telemetry.Budget.Take(item.TaskId))
            {
                _traced[item.Id] = context;
            }
        }

        if (isBatch && _traced.Count > 0)
        {
            _batch = StartBatch();
        }
    }

    /// <summary>Begins the work on one item, where a handler works item by item.</summary>
    /// <returns>Ends it when disposed.</returns>
    public ItemRun Begin(ClaimedItem item) => new(this, item);

    /// <summary>Says what became of an item; those of which nothing is said are done.</summary>
    public void Note(ClaimedItem item, ItemResult result)
    {
        if (_isWatched)
        {
            _results[item.Id] = result;
        }
    }

    /// <summary>Says what became of the items of which nothing has been said.</summary>
    public void NoteOthers(ItemResult result)
    {
        foreach (var item in _isWatched ? _items : [])
        {
            _results.TryAdd(item.Id, result);
        }
    }

    public void Dispose()
    {
        if (!_isWatched)
        {
            return;
        }

        var elapsed = Stopwatch.GetElapsedTime(_begun);

        foreach (var item in _items)
        {
            var result = _results.GetValueOrDefault(item.Id);
            _telemetry.CountItem(_stage, result, _durations.GetValueOrDefault(item.Id, elapsed));

            if (_isBatch)
            {
                TraceDocument(item, result);
            }
        }

        _batch?.Dispose();
    }

    private static ActivityContext? ContextOf(ClaimedItem item) =>
        ActivityContext.TryParse(item.TraceParent, null, isRemote: true, out var context) ? context : null;

    private Activity? StartBatch()
    {
        var parent = _traced[_items.First(item => _traced.ContainsKey(item.Id)).Id];
        var links = _traced.Values.Distinct().Where(context => context != parent).Select(context => new ActivityLink(context));
        var batch = PipelineTelemetry.Source.StartActivity(
            $"{PipelineTelemetry.NameOf(_stage)} documents",
            ActivityKind.Consumer,
            parent,
            links: links
        );
        batch?.SetTag(PipelineTelemetry.StageTag, PipelineTelemetry.NameOf(_stage));
        batch?.SetTag("messaging.batch.message_count", _items.Count);

        return batch;
    }

    /// <summary>The document's part in a batch: as long as the batch, for nobody knows it better. Failures are traced whatever the budget says.</summary>
    private void TraceDocument(ClaimedItem item, ItemResult result)
    {
        ActivityContext parent;

        if (_traced.TryGetValue(item.Id, out var own))
        {
            parent = _batch is not null && _batch.TraceId == own.TraceId ? _batch.Context : own;
        }
        else if (result.Outcome == ItemOutcome.Failed && PipelineTelemetry.Source.HasListeners() && ContextOf(item) is { } context)
        {
            parent = context;
        }
        else
        {
            return;
        }

        using var activity = Start(item, ActivityKind.Internal, parent, _begunAt);
        Finish(activity, result);
    }

    private Activity? Start(ClaimedItem item, ActivityKind kind, ActivityContext parent, DateTimeOffset startTime = default)
    {
        var name = $"{PipelineTelemetry.NameOf(_stage)} {(item.DocumentId is null ? "source" : "document")}";
        var activity = PipelineTelemetry.Source.StartActivity(name, kind, parent, startTime: startTime);

        if (activity is { IsAllDataRequested: true })
        {
            activity.SetTag(PipelineTelemetry.StageTag, PipelineTelemetry.NameOf(_stage));
            activity.SetTag(PipelineTelemetry.ProjectTag, item.ProjectId);
            activity.SetTag(PipelineTelemetry.SessionTag, item.SessionId);
            activity.SetTag(PipelineTelemetry.TaskTag, item.TaskId);
            activity.SetTag(PipelineTelemetry.DocumentTag, item.DocumentId?.ToString());
        }

        return activity;
    }

    private static void Finish(Activity? activity, ItemResult result)
    {
        if (activity is null)
        {
            return;
        }

        activity.SetTag(PipelineTelemetry.OutcomeTag, PipelineTelemetry.NameOf(result.Outcome));

        if (result.Code is { } code)
        {
            activity.SetTag(PipelineTelemetry.ErrorTag, code.ToWire());
        }

        if (result.Outcome == ItemOutcome.Failed)
        {
            activity.SetStatus(ActivityStatusCode.Error);
        }
    }

    /// <summary>Work on one item until disposal.</summary>
    internal readonly struct ItemRun : IDisposable
    {
        private readonly StageRun _run;
        private readonly ClaimedItem _item;
        private readonly Activity? _activity;
        private readonly long _begun;

        public ItemRun(StageRun run, ClaimedItem item)
        {
            (_run, _item, _begun) = (run, item, Stopwatch.GetTimestamp());
            var isTraced = !run._isBatch && run._traced.ContainsKey(item.Id);
            _activity = isTraced ? run.Start(item, ActivityKind.Consumer, run._traced[item.Id]) : null;
        }

        public void Dispose()
        {
            if (!_run._isWatched || _run._isBatch)
            {
                return;
            }

            var result = _run._results.GetValueOrDefault(_item.Id);
            _run._durations[_item.Id] = Stopwatch.GetElapsedTime(_begun);
            Finish(_activity, result);
            _activity?.Dispose();

            if (_activity is null)
            {
                _run.TraceDocument(_item, result);
            }
        }
    }
}
