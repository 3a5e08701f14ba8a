using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace RagPy.Core.Search;

/// <summary>Traces and metrics of searches, by OpenTelemetry's conventions. Never the query.</summary>
internal static class SearchTelemetry
{
    /// <summary>Name of the activity source and of the meter.</summary>
    public const string Name = "RagPy.Search";

    private const string ModeTag = "ragpy.search.mode";
    private const string ErrorTag = "error.type";

    private static readonly ActivitySource s_source = new(Name);
    private static readonly Meter s_meter = new(Name);
    private static readonly Histogram<double> s_duration = s_meter.CreateHistogram(
        "ragpy.search.duration",
        "s",
        "Time of a search, citations included.",
        tags: null,
        new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2.5, 5] }
    );

    /// <summary>Runs a search.</summary>
    public static async Task<SearchResponse> ObserveAsync(long projectId, SearchRequest request, Func<Task<SearchResponse>> search)
    {
        var mode = NameOf(request.Mode);
        using var activity = s_source.StartActivity("search");
        activity?.SetTag("ragpy.project.id", projectId);
        activity?.SetTag(ModeTag, mode);
        activity?.SetTag("ragpy.search.top", request.Top);
        var begun = Stopwatch.GetTimestamp();

        try
        {
            var response = await search().ConfigureAwait(false);
            activity?.SetTag("ragpy.search.results", response.Hits.Count);
            s_duration.Record(Stopwatch.GetElapsedTime(begun).TotalSeconds, new KeyValuePair<string, object?>(ModeTag, mode));

            return response;
        }
        catch (Exception exception)
        {
            var error = exception.GetType().FullName;
            activity?.SetTag(ErrorTag, error);
            activity?.SetStatus(ActivityStatusCode.Error);
            s_duration.Record(
                Stopwatch.GetElapsedTime(begun).TotalSeconds,
                new KeyValuePair<string, object?>(ModeTag, mode),
                new KeyValuePair<string, object?>(ErrorTag, error)
            );

            throw;
        }
    }

    private static string NameOf(SearchMode mode) =>
        mode switch
        {
            SearchMode.Dense => "dense",
            SearchMode.Sparse => "sparse",
            _ => "hybrid",
        };
}
