using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace RagPy.Bench;

/// <summary>Listens to every span and every measurement of RagPy and of Npgsql, and throws them away: what telemetry costs before it is sent anywhere.</summary>
internal sealed class AllTelemetry : IDisposable
{
    private readonly ActivityListener _spans;
    private readonly MeterListener _measurements = new();
    private long _count;

    public AllTelemetry()
    {
        _spans = new ActivityListener
        {
            ShouldListenTo = source => IsWanted(source.Name),
            // As in the services: calls that belong to no work are not traced.
            Sample = (ref ActivityCreationOptions<ActivityContext> options) =>
                options.Parent == default && options.Kind == ActivityKind.Client
                    ? ActivitySamplingResult.None
                    : ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = _ => Interlocked.Increment(ref _count),
        };
        ActivitySource.AddActivityListener(_spans);
        _measurements.InstrumentPublished = (instrument, listener) =>
        {
            if (IsWanted(instrument.Meter.Name))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _measurements.SetMeasurementEventCallback<long>((_, _, _, _) => { });
        _measurements.SetMeasurementEventCallback<int>((_, _, _, _) => { });
        _measurements.SetMeasurementEventCallback<double>((_, _, _, _) => { });
        _measurements.Start();
    }

    /// <summary>Spans so far.</summary>
    public long Spans => Interlocked.Read(ref _count);

    public void Dispose()
    {
        _spans.Dispose();
        _measurements.Dispose();
    }

    private static bool IsWanted(string name) => name == "Npgsql" || name.StartsWith("RagPy.", StringComparison.Ordinal);
}
