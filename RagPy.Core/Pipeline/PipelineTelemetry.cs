using System.Collections.Frozen;
using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace RagPy.Core.Pipeline;

/// <summary>
/// Traces and metrics of the pipeline, by OpenTelemetry's conventions. One trace leads from the request that starts a task, whose context is kept in the task's
/// row, to the work on its documents in whatever process. Ids and codes only, never text of documents. Costs next to nothing while nobody listens.
/// </summary>
internal sealed class PipelineTelemetry : IDisposable
{
    /// <summary>Name of the activity source and of the meter.</summary>
    public const string Name = "RagPy.Pipeline";

    public const string TaskTag = "ragpy.task.id";
    public const string SessionTag = "ragpy.session.id";
    public const string ProjectTag = "ragpy.project.id";
    public const string DocumentTag = "ragpy.document.id";
    public const string StageTag = "ragpy.stage";
    public const string OutcomeTag = "ragpy.outcome";

    /// <summary>Failure code; the name is OpenTelemetry's.</summary>
    public const string ErrorTag = "error.type";

    private const string StateTag = "ragpy.state";
    private const string CachedTag = "ragpy.cached";

    private static readonly FrozenDictionary<Stage, string> s_stages = Enum.GetValues<Stage>()
        .ToFrozenDictionary(stage => stage, stage => stage.ToString().ToLowerInvariant());
    private static readonly string[] s_outcomes =
    [
        .. Enum.GetValues<ItemOutcome>().Select(outcome => outcome.ToString().ToLowerInvariant()),
    ];

    private readonly Counter<long> _items;
    private readonly Histogram<double> _durations;
    private readonly Counter<long> _pages;
    private readonly Counter<long> _chunks;
    private readonly ObservableGauge<long> _queue;
    private volatile IReadOnlyDictionary<(Stage Stage, WorkItemState State), long>? _lengths;

    public PipelineTelemetry()
    {
        _items = Meter.CreateCounter<long>("ragpy.pipeline.work_items", "{item}", "Work items that left a stage, by outcome.");
        _durations = Meter.CreateHistogram(
            "ragpy.pipeline.work_item.duration",
            "s",
            "Time in a worker's hands, by stage and outcome; documents worked on together count the time of all.",
            tags: null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800] }
        );
        _pages = Meter.CreateCounter<long>("ragpy.pipeline.pages", "{page}", "Pages of extracted files, by whether they were cached.");
        _chunks = Meter.CreateCounter<long>("ragpy.pipeline.chunks", "{chunk}", "Chunks that search sees from now on.");
        _queue = Meter.CreateObservableGauge(
            "ragpy.pipeline.queue.length",
            ObserveLengths,
            "{item}",
            "Work items that wait or are worked on, in all processes."
        );
    }

    public static ActivitySource Source { get; } = new(Name);

    public Meter Meter { get; } = new(Name);

    public TraceBudget Budget { get; } = new();

    /// <summary>Whether anybody wants to know what becomes of work items.</summary>
    public bool IsWatched => Source.HasListeners() || _items.Enabled || _durations.Enabled;

    /// <summary>Whether anybody wants to know how long the queue is.</summary>
    public bool IsQueueWatched => _queue.Enabled;

    /// <summary>The trace that a task's work belongs to, as W3C <c>traceparent</c>: that of the request, or a new one.</summary>
    public static string TraceParent() =>
        Activity.Current is { IdFormat: ActivityIdFormat.W3C, Id: { } id }
            ? id
            : $"00-{ActivityTraceId.CreateRandom().ToHexString()}-{ActivitySpanId.CreateRandom().ToHexString()}-01";

    public static string NameOf(Stage stage) => s_stages[stage];

    public static string NameOf(ItemOutcome outcome) => s_outcomes[(int)outcome];

    public void CountItem(Stage stage, ItemResult result, TimeSpan duration)
    {
        var tags = new TagList { { StageTag, NameOf(stage) }, { OutcomeTag, NameOf(result.Outcome) } };

        if (result.Code is { } code)
        {
            tags.Add(ErrorTag, code.ToWire());
        }

        _items.Add(1, tags);
        _durations.Record(duration.TotalSeconds, tags);
    }

    public void CountPages(int pages, bool cached) => _pages.Add(pages, new KeyValuePair<string, object?>(CachedTag, cached));

    public void CountChunks(int chunks) => _chunks.Add(chunks);

    /// <summary>Takes note of the queue; a stage that is missing has nothing.</summary>
    public void NoteQueue(IReadOnlyDictionary<(Stage Stage, WorkItemState State), long> lengths) => _lengths = lengths;

    public void Dispose() => Meter.Dispose();

    private IEnumerable<Measurement<long>> ObserveLengths()
    {
        if (_lengths is not { } lengths)
        {
            yield break;
        }

        foreach (var stage in Enum.GetValues<Stage>())
        {
            foreach (var (state, name) in new[] { (WorkItemState.Pending, "pending"), (WorkItemState.Leased, "running") })
            {
                yield return new Measurement<long>(
                    lengths.GetValueOrDefault((stage, state)),
                    new KeyValuePair<string, object?>(StageTag, NameOf(stage)),
                    new KeyValuePair<string, object?>(StateTag, name)
                );
            }
        }
    }
}
