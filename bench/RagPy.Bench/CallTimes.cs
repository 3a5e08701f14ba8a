using System.Collections.Concurrent;
using System.Diagnostics;

namespace RagPy.Bench;

/// <summary>Begin and end of every call to a provider, from the traces of the client.</summary>
internal sealed class CallTimes : IDisposable
{
    private readonly ConcurrentQueue<(DateTime Begin, TimeSpan Duration)> _calls = new();
    private readonly ActivityListener _listener;

    public CallTimes()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "RagPy.Providers",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.PropagationData,
            ActivityStopped = activity => _calls.Enqueue((activity.StartTimeUtc, activity.Duration)),
        };
        ActivitySource.AddActivityListener(_listener);
    }

    /// <summary>What the calls since the last look say.</summary>
    /// <param name="begun">When the work could begin.</param>
    /// <param name="slots">Calls that may be under way at once.</param>
    /// <returns>Time until the first call; its share of the slots' time between the first call's begin and the last one's end that was used; half of the calls took less.</returns>
    public (TimeSpan First, double Used, TimeSpan Median) Take(DateTime begun, int slots)
    {
        var calls = new List<(DateTime Begin, TimeSpan Duration)>();
        while (_calls.TryDequeue(out var call))
        {
            calls.Add(call);
        }

        if (calls.Count == 0)
        {
            return default;
        }

        var first = calls.Min(c => c.Begin);
        var last = calls.Max(c => c.Begin + c.Duration);
        return (
            first - begun,
            calls.Sum(c => c.Duration.TotalSeconds) / (slots * (last - first).TotalSeconds),
            calls.Select(c => c.Duration).Order().ElementAt(calls.Count / 2)
        );
    }

    public void Dispose() => _listener.Dispose();
}
