using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace RagPy.Core.Providers;

/// <summary>Traces and metrics of calls to providers, by OpenTelemetry's GenAI conventions where they have a name for it. Never a key, never a text.</summary>
internal sealed class ProviderTelemetry : IDisposable
{
    private static readonly ActivitySource s_source = new("RagPy.Providers");

    private readonly Meter _meter = new("RagPy.Providers");
    private readonly Counter<long> _requests;
    private readonly Counter<long> _errors;
    private readonly Histogram<double> _durations;

    public ProviderTelemetry()
    {
        _requests = _meter.CreateCounter<long>("ragpy.api.requests", "{request}", "Requests sent to providers, each try.");
        _errors = _meter.CreateCounter<long>("ragpy.api.errors", "{request}", "Requests to providers that did not succeed.");
        _durations = _meter.CreateHistogram(
            "gen_ai.client.operation.duration",
            "s",
            "Time of one try, from the first byte sent to the last byte read.",
            tags: null,
            new InstrumentAdvice<double>
            {
                HistogramBucketBoundaries = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92],
            }
        );
    }

    /// <summary>Begins the trace of one try.</summary>
    public static Activity? Start(ProviderRequest request)
    {
        var activity = s_source.StartActivity($"{request.Operation} {request.Model}".TrimEnd(), ActivityKind.Client);
        activity?.SetTag("gen_ai.operation.name", request.Operation);
        activity?.SetTag("gen_ai.provider.name", request.Endpoint.Name);
        activity?.SetTag("gen_ai.request.model", request.Model);
        return activity;
    }

    /// <summary>Counts one try.</summary>
    /// <param name="error">Status, or kind of failure; null for success.</param>
    public void Count(ProviderRequest request, Activity? activity, TimeSpan duration, string? error)
    {
        var tags = new TagList { { "provider", request.Endpoint.Name }, { "endpoint", request.Operation } };
        _requests.Add(1, tags);
        if (error is not null)
        {
            _errors.Add(1, new("provider", request.Endpoint.Name), new("error_type", error));
            activity?.SetTag("error.type", error);
            activity?.SetStatus(ActivityStatusCode.Error);
        }

        var names = new TagList
        {
            { "gen_ai.operation.name", request.Operation },
            { "gen_ai.provider.name", request.Endpoint.Name },
            { "gen_ai.request.model", request.Model },
        };
        _durations.Record(duration.TotalSeconds, names);
    }

    public void Dispose() => _meter.Dispose();
}
